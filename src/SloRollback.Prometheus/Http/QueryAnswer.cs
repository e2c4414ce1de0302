using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Prometheus.Http;

/// <summary>What became of one query, apart from its series: those were given to the <see cref="ISeriesSink"/>.</summary>
internal sealed record QueryAnswer
{
    /// <summary>Why there is no answer, or <see langword="null"/>. What the sink was given before is then to be forgotten.</summary>
    public SliOutcome? Failure { get; init; }

    /// <summary>Did it fail for its size, ours or the server's limit, so that smaller questions may succeed?</summary>
    public bool IsTooLarge { get; init; }

    /// <summary>The answer's <c>warnings</c> and <c>infos</c>.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>How far the server's clock is ahead of ours.</summary>
    public Duration? ClockOffset { get; init; }

    /// <summary>The size of the body, decompressed; of as much of it as was read.</summary>
    public long Bytes { get; init; }

    /// <summary>Number of series that the sink was given.</summary>
    public int SeriesCount { get; init; }

    /// <summary>Has the result native histograms? They are not given to the sink.</summary>
    public bool HasHistograms { get; init; }

    public static QueryAnswer Failed(UnmeasuredReason reason, string detail, bool transient) =>
        new() { Failure = SliOutcome.Failed(reason, detail, transient) };
}
