namespace SloRollback.Kubernetes.Workloads;

/// <summary>The annotations that a rollback leaves on the workload. Controllers of ReplicaSets copy them to the revision that they serve.</summary>
internal static class RollbackMarks
{
    /// <summary>The id of the newest rollback of the workload: the key of idempotence.</summary>
    public const string Id = "slorollback.io/rollback-id";

    /// <summary>One sentence that says why.</summary>
    public const string Reason = "slorollback.io/rollback-reason";

    /// <summary>The identity of the revision that was left.</summary>
    public const string From = "slorollback.io/rollback-from";

    /// <summary>The identity of the revision that was brought back.</summary>
    public const string To = "slorollback.io/rollback-to";

    /// <summary>Set to <c>true</c> by users, on the workload or its pod template: undoing this revision is not safe, as after a migration.</summary>
    public const string Unsafe = "slorollback.io/rollback-unsafe";
}
