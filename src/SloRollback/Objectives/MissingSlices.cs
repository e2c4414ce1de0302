namespace SloRollback.Objectives;

/// <summary>What becomes of a slice in which a healthy source had no series.</summary>
public enum MissingSlices
{
    /// <summary>It is left out of the budget and of the service level.</summary>
    Ignore,

    /// <summary>It is booked as good.</summary>
    Good,

    /// <summary>It is booked as bad.</summary>
    Bad,
}
