using System.Globalization;
using NodaTime.Text;

namespace SloRollback.Deployments;

/// <summary>
/// Identity of a deployment, derived from target, workload uid, content of the revision and start (SEMANTICS §6): the same
/// deployment has the same id in every process and after every restart.
/// </summary>
/// <param name="Value">The id's text.</param>
public readonly record struct DeploymentId(string Value)
{
    /// <summary>Derives the id of a deployment.</summary>
    /// <param name="deployment">The deployment.</param>
    public static DeploymentId Of(Deployment deployment) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{deployment.Target}|{deployment.WorkloadUid}|{deployment.Revision.Id}|{InstantPattern.ExtendedIso.Format(deployment.StartedAt)}"));

    /// <summary>The id's text.</summary>
    public override string ToString() => Value;
}
