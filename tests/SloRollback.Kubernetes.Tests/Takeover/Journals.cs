namespace SloRollback.Kubernetes.Tests.Takeover;

/// <summary>What the two replicas remember of rollbacks.</summary>
public enum Journals
{
    /// <summary>Both write the same one.</summary>
    Shared,

    /// <summary>Each has its own, from before the deployment.</summary>
    Own,

    /// <summary>Each has its own, and the second replica's begins when it begins to lead.</summary>
    Younger,
}
