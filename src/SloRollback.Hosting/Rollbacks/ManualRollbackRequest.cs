using System.Collections.Immutable;
using SloRollback.Deployments;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>Asks for a rollback by hand. It needs no episode; the guards that keep a rollback from doing harm hold all the same (SEMANTICS §7).</summary>
public sealed record ManualRollbackRequest
{
    /// <summary>The monitored service.</summary>
    public ServiceId Service { get; init; }

    /// <summary>The workload, where rules of the service roll back several.</summary>
    /// <value>Null: the only one.</value>
    public DeploymentTarget? Target { get; init; }

    /// <summary>The id or name of the revision to return to; one that is in quarantine is never returned to.</summary>
    /// <value>Empty: the last known good one.</value>
    public string To { get => field ?? ""; init; } = "";

    /// <summary>Who asks.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The reasons to hold that are overruled, each by name; see <see cref="ManualRollbackDecider.Overridable"/>.</summary>
    public ImmutableArray<HoldReason> Overrides { get => field.IsDefault ? [] : field; init; } = [];
}
