namespace SloRollback.Kubernetes.Probes;

/// <summary>What tells a probe from other pods.</summary>
internal static class ProbeMarks
{
    /// <summary>The label that holds the id of the rollback that the probe prepares.</summary>
    public const string Id = "slorollback.io/probe";

    /// <summary>The annotation with the identity of its revision.</summary>
    public const string Revision = "slorollback.io/probe-revision";

    /// <summary>The annotation with the instant when its time to live is over.</summary>
    public const string Deadline = "slorollback.io/probe-deadline";

    /// <summary>The annotation with one sentence that says why.</summary>
    public const string Reason = "slorollback.io/probe-reason";
}
