using SloRollback.Deployments;
using SloRollback.Objectives;

namespace SloRollback.Policies.Judging;

/// <summary>What a condition is judged on.</summary>
/// <param name="Counts">The objective's counts.</param>
/// <param name="Deployment">The deployment since which bad events count; <see langword="null"/> counts all of them.</param>
/// <param name="Mark">The deployment's mark in the counts.</param>
/// <param name="Clocks">The clocks of the condition's <c>For</c> parts; <see langword="null"/> when it has none.</param>
/// <param name="Peers">Objectives of services whose traffic is to be compared with.</param>
internal readonly record struct EvaluatedObjective(
    IObjectiveCounts Counts,
    Deployment? Deployment = null,
    DeploymentMark? Mark = null,
    ForClocks? Clocks = null,
    IEnumerable<IObjectiveCounts>? Peers = null);
