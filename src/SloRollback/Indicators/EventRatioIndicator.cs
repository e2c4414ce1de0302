namespace SloRollback.Indicators;

/// <summary>
/// The ratio of good to valid events ("request based"). Exactly two of the three selectors are given; the third count follows
/// from <c>bad = valid - good</c>. Each selector names a set of counters in the source's own language (PromQL: a vector selector
/// such as <c>http_requests_total{code=~"5.."}</c>), whose increments are summed.
/// </summary>
public sealed record EventRatioIndicator : Indicator
{
    /// <summary>Counters of good events, or <see langword="null"/>.</summary>
    public string? Good { get; init; }

    /// <summary>Counters of bad events, or <see langword="null"/>.</summary>
    public string? Bad { get; init; }

    /// <summary>Counters of all valid events, or <see langword="null"/>.</summary>
    public string? Valid { get; init; }
}
