namespace SloRollback.Leases;

/// <summary>Who holds a lease.</summary>
public enum LeaseStatus
{
    /// <summary>It could not be found out. Whoever held the lease before holds it until it expires.</summary>
    Unavailable,

    /// <summary>Somebody else, or nobody.</summary>
    NotHeld,

    /// <summary>The one who asked, from the moment of asking for the duration of the lease.</summary>
    Held,
}
