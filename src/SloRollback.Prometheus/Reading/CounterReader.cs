using System.Collections.Immutable;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Planning;

namespace SloRollback.Prometheus.Reading;

/// <summary>
/// Asks for the counters of some indicators, step after step, what the plan says. Keeps what was read last, so that the next step costs
/// its new samples only; what it tells does not depend on that.
/// </summary>
#pragma warning disable CA1001 // A semaphore that nobody takes a handle of holds nothing to dispose of, and readers come and go.
internal sealed class CounterReader
#pragma warning restore CA1001
{
    // What is read at once when a few steps were missed; more is a stretch of history.
    private const int MostLiveSteps = 10;

    private const int MostUnknown = 500;

    private readonly ReadPlan plan;
    private readonly CounterRead[] reads;
    private readonly SummedPast[] past;
    private readonly SemaphoreSlim turn = new(1);
    private long nextStep = SummedCells.Never;

    /// <summary>A reader of indicators that are always read together.</summary>
    /// <param name="pairs">Their selectors.</param>
    /// <param name="maximumSelectors">How many selectors one question serves at most.</param>
    public CounterReader(ImmutableArray<SelectorPair> pairs, int maximumSelectors)
    {
        Pairs = pairs;
        plan = ReadPlanner.Plan(pairs, maximumSelectors);
        reads = [.. plan.Reads.Select(r => new CounterRead(r))];
        past = new SummedPast[pairs.Length];
    }

    public ImmutableArray<SelectorPair> Pairs { get; }

    /// <summary>The questions, as they are asked now.</summary>
    public IEnumerable<CounterRead> Reads => reads.SelectMany(r => r.Parts);

    /// <summary>Waits until nobody else uses the reader. Whoever disposes of the turn ends it.</summary>
    public async Task<Turn> BeginAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(turn);
    }

    /// <summary>Asks, in a <see cref="Turn"/> that ends when the answer was used.</summary>
    /// <param name="context">Whom to ask, and about which steps.</param>
    /// <param name="limits">When to read samples, and when sums.</param>
    /// <param name="allowEstimate">Are estimates good enough?</param>
    /// <param name="cancellationToken">Stops the questions.</param>
    public async Task<CounterAnswer> AskAsync(ReadContext context, ReadingLimits limits, bool allowEstimate, CancellationToken cancellationToken)
    {
        var window = context.Window;
        var sums = allowEstimate ? SumExpression.Estimate(window.Step) : SumExpression.Exact(window.Step, context.ScrapeInterval, window.GapTolerance);
        var isSummed = allowEstimate || await IsSummedAsync(context, limits, cancellationToken).ConfigureAwait(false);
        var how = Sort(isSummed, allowEstimate);
        if (!allowEstimate && how.PairIsSummed.Contains(true))
            sums = sums with { Unknown = await UnknownAsync(context, sums, cancellationToken).ConfigureAwait(false) };
        await Task.WhenAll(reads.Select((read, i) => AskAsync(read, how.Raw[i], how.Summed[i] ? sums : null, context, cancellationToken))).ConfigureAwait(false);

        // A connection that broke because we are asked to stop is no news about the source.
        cancellationToken.ThrowIfCancellationRequested();
        await StartTimes.MarkAsync(context, reads.Where((_, i) => how.Raw[i]).SelectMany(r => r.Parts), cancellationToken).ConfigureAwait(false);

        // What was there before the steps is known of a stretch that follows, and of one that is read again from where nothing was.
        var follows = window.First <= nextStep && !allowEstimate;
        for (var i = 0; i < past.Length; i++)
            past[i] = follows ? past[i].Before(window.First) : SummedPast.Unknown;
        var isNext = window.First == nextStep && !allowEstimate;
        nextStep = allowEstimate ? SummedCells.Never : window.First + window.Count;
        return new CounterAnswer(plan, reads, window, how.PairIsSummed, past)
        {
            Every = sums.Every,
            IsEstimate = allowEstimate && how.PairIsSummed.Contains(true),
            NeedsPast = !isNext && !allowEstimate && how.PairIsSummed.Contains(true),
        };
    }

    private static async Task AskAsync(CounterRead read, bool forSamples, SumExpression? sums, ReadContext context, CancellationToken cancellationToken)
    {
        if (forSamples)
            await read.ReadSamplesAsync(context, cancellationToken).ConfigureAwait(false);
        if (sums is not null)
            await read.ReadSumsAsync(context, sums, cancellationToken).ConfigureAwait(false);
    }

    // One question for all reads, which is seldom answered with any. Where it cannot be told, or they are very many, it may be any target.
    private static async Task<IReadOnlyCollection<string>?> UnknownAsync(ReadContext context, SumExpression sums, CancellationToken cancellationToken)
    {
        var window = context.Window;
        if (window.Step * 2 > SumExpression.Lookback)
            return null;

        var found = new CollectedSeries();
        var answer = await context.AskAsync(
            (client, ct) => client.ReadRangeAsync(sums.InstancesOfUnknown(window.Step), window.Start + window.Step - 1, window.End - 1, window.Step, found, ct),
            cancellationToken).ConfigureAwait(false);
        var instances = found.Series.Select(s => TargetIdentity.InstanceOf(s.Target)).ToHashSet(StringComparer.Ordinal);
        return answer.Failure is not null || instances.Count > MostUnknown ? null : instances;
    }

    // Sums are for what is too much to be read sample by sample. How much it is, the server is asked once.
    private async Task<bool> IsSummedAsync(ReadContext context, ReadingLimits limits, CancellationToken cancellationToken)
    {
        if (limits.Mode != PrometheusReading.Auto)
            return limits.Mode == PrometheusReading.Aggregated;

        var unknown = reads.SelectMany(r => r.Parts).Where(r => r.SeriesCount is null).ToList();
        await Task.WhenAll(unknown.Select(r => r.CountAsync(context, cancellationToken))).ConfigureAwait(false);
        var series = reads.Sum(r => (long)(r.SeriesCount ?? 0));
        var samples = (context.Latest - context.Window.Earliest) / context.ScrapeInterval;
        var isLong = context.Window.Count > MostLiveSteps && !reads.All(r => r.Covers(context.Window));
        return series > limits.MaximumRawSeries || (isLong && series * samples > limits.MaximumRawSamples);
    }

    // What only the server can tell apart is read raw, and so are buckets, which are matched sample by sample.
    private (bool[] Raw, bool[] Summed, bool[] PairIsSummed) Sort(bool isSummed, bool allowEstimate)
    {
        var (raw, summed, pairIsSummed) = (new bool[reads.Length], new bool[reads.Length], new bool[plan.Pairs.Length]);
        for (var i = 0; i < plan.Pairs.Length; i++)
        {
            var (first, second, isBucket) = plan.Pairs[i];
            pairIsSummed[i] = isSummed && (allowEstimate || !isBucket) && reads[first.Read].Read.Metric is not null && reads[second.Read].Read.Metric is not null;
            var into = pairIsSummed[i] ? summed : raw;
            into[first.Read] = into[second.Read] = true;
        }

        return (raw, summed, pairIsSummed);
    }
}

/// <summary>The time in which one request uses a reader.</summary>
internal sealed class Turn(SemaphoreSlim semaphore) : IDisposable
{
    public void Dispose() => semaphore.Release();
}

/// <summary>When to read samples, and when sums.</summary>
/// <param name="Mode">What was configured.</param>
/// <param name="MaximumRawSeries">Number of series above which sums are read.</param>
/// <param name="MaximumRawSamples">Number of samples of a stretch of history above which sums are read.</param>
internal readonly record struct ReadingLimits(PrometheusReading Mode, long MaximumRawSeries, long MaximumRawSamples);
