using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Http;

/// <summary>What became of one query: series, or the failure.</summary>
internal sealed record QueryAnswer
{
    /// <summary>Why there is no answer, or <see langword="null"/>.</summary>
    public SliOutcome? Failure { get; init; }

    public IReadOnlyList<CounterSeries> Series { get; init; } = [];

    /// <summary>The answer's <c>warnings</c> and <c>infos</c>.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>How far the server's clock is ahead of ours.</summary>
    public Duration? ClockOffset { get; init; }

    public static QueryAnswer Failed(UnmeasuredReason reason, string detail, bool transient) =>
        new() { Failure = SliOutcome.Failed(reason, detail, transient) };
}
