namespace SloRollback.Rollbacks;

/// <summary>Whether a rollback helped.</summary>
public enum VerificationOutcome
{
    /// <summary>It cannot be told yet.</summary>
    Undecided,

    /// <summary>Every ratio is at or under its limit.</summary>
    Helped,

    /// <summary>A ratio is over its limit.</summary>
    NoEffect,

    /// <summary>It could not be told in time.</summary>
    TimedOut,
}
