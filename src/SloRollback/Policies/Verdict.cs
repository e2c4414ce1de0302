namespace SloRollback.Policies;

/// <summary>What a condition says: three-valued, since not knowing is neither good nor bad.</summary>
public enum Verdict
{
    /// <summary>It cannot be told. Unknown never acts.</summary>
    Unknown,

    /// <summary>The condition does not hold.</summary>
    NotBreached,

    /// <summary>The condition holds.</summary>
    Breached,
}
