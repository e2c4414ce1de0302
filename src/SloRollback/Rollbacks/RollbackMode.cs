namespace SloRollback.Rollbacks;

/// <summary>What follows from a decision to roll back: a ladder of trust.</summary>
public enum RollbackMode
{
    /// <summary>Say what would have been done.</summary>
    Observe,

    /// <summary>Ask a person, and act on the answer.</summary>
    Approve,

    /// <summary>Act.</summary>
    Automatic,
}
