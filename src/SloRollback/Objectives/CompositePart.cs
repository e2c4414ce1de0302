using SloRollback.Deployments;

namespace SloRollback.Objectives;

/// <summary>One member of a composite objective.</summary>
/// <param name="Tracker">Its counts.</param>
/// <param name="Weight">Its weight; the weights of all members add up to 1.</param>
/// <param name="Target">The workload that its service is deployed on.</param>
/// <param name="Resets">The composite's own resets, as marks in the member's counts.</param>
internal sealed record CompositePart(ObjectiveTracker Tracker, double Weight, DeploymentTarget? Target, ResetMark[] Resets);
