using NodaTime;

namespace SloRollback.Indicators;

/// <summary>Whether one query could be read, and if not, why.</summary>
public sealed record SliOutcome
{
    /// <summary><see cref="UnmeasuredReason.None"/> when the query was read.</summary>
    public UnmeasuredReason Unmeasured { get; init; }

    /// <summary>The reason in the source's own words; empty when the query was read. Holds no secrets.</summary>
    public string Detail { get => field ?? ""; init; } = "";

    /// <summary>Would reading again later possibly work?</summary>
    public bool IsTransient { get; init; }

    /// <summary>The time of the newest sample seen for the query, if any.</summary>
    public Instant? NewestSample { get; init; }

    /// <summary>Was the query read?</summary>
    public bool IsRead => Unmeasured == UnmeasuredReason.None;

    /// <summary>The outcome of a query that was read.</summary>
    /// <param name="newestSample">The time of the newest sample seen.</param>
    public static SliOutcome Read(Instant? newestSample) => new() { NewestSample = newestSample };

    /// <summary>The outcome of a query that could not be read.</summary>
    /// <param name="reason">Why; not <see cref="UnmeasuredReason.None"/>.</param>
    /// <param name="detail">The reason in the source's words.</param>
    /// <param name="transient">Would reading again later possibly work?</param>
    public static SliOutcome Failed(UnmeasuredReason reason, string detail, bool transient) =>
        new() { Unmeasured = reason, Detail = detail, IsTransient = transient };
}
