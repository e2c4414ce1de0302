using NodaTime;

namespace SloRollback.Objectives;

/// <summary>A downtime that happens once: <c>[Start, End)</c>.</summary>
public sealed record OneOffDowntime : Downtime
{
    /// <summary>When it begins, inclusive.</summary>
    public required Instant Start { get; init; }

    /// <summary>When it ends, exclusive; later than <see cref="Start"/>. One that does not end later takes no time out.</summary>
    public required Instant End { get; init; }

    internal override IEnumerable<Interval> Occurrences(Instant from, Instant to, IDateTimeZoneProvider zones) =>
        Start < End && Start < to && End > from ? [new Interval(Start, End)] : [];
}
