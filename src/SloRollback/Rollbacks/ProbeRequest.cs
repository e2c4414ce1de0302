using NodaTime;
using SloRollback.Deployments;

namespace SloRollback.Rollbacks;

/// <summary>One probe: an instance of an earlier revision beside the running ones.</summary>
public sealed record ProbeRequest
{
    /// <summary>The id of the rollback that it prepares: the key of idempotence.</summary>
    public required RollbackId Id { get; init; }

    /// <summary>The workload.</summary>
    public required DeploymentTarget Target { get; init; }

    /// <summary>The revision to bring up: the last that is known to be good.</summary>
    public required Revision Revision { get; init; }

    /// <summary>How long it may stay at most, 1 min to 1 h.</summary>
    /// <value>10 min.</value>
    public Duration TimeToLive { get; init; } = Duration.FromMinutes(10);

    /// <summary>One sentence that says why, to be left on the instance.</summary>
    public string Reason { get => field ?? ""; init; } = "";
}
