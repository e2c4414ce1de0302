namespace SloRollback.Hosting.Evaluation;

/// <summary>What a comparison of an objective's series with the instances of its workload has shown.</summary>
/// <param name="Kind">The answer.</param>
/// <param name="Measured">The instances that the series come from, for people.</param>
/// <param name="Running">The workload's, for people.</param>
internal readonly record struct SeriesOrigin(OriginKind Kind, string Measured = "", string Running = "");

/// <summary>Where series come from.</summary>
internal enum OriginKind
{
    /// <summary>It could not be told this time.</summary>
    NotTold,

    /// <summary>It cannot be told: labels, source or platform do not say.</summary>
    NeverTold,

    /// <summary>From an instance of the workload, at least one of them.</summary>
    Target,

    /// <summary>From none of the workload's instances.</summary>
    Elsewhere,
}
