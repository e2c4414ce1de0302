namespace SloRollback.Rollbacks;

/// <summary>What is decided about an episode.</summary>
public enum DecisionKind
{
    /// <summary>Nothing is done, for the reasons given.</summary>
    Hold,

    /// <summary>A rollback is recommended: the rule only observes.</summary>
    Recommend,

    /// <summary>A rollback waits for a person's approval.</summary>
    AwaitApproval,

    /// <summary>The deployment is rolled back.</summary>
    RollBack,
}
