using System.Collections.Immutable;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Planning;

namespace SloRollback.Prometheus.Reading;

/// <summary>
/// Asks for the counters of some indicators, of all or of some of them, step after step, what the plan says. Keeps what was read last, so
/// that the next step costs its new samples only; what it tells does not depend on that.
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
    private readonly long[] nextSteps;
    private readonly int[] all;
    private readonly SemaphoreSlim turn = new(1);
    private bool isMany;

    /// <summary>A reader of indicators that are mostly read together.</summary>
    /// <param name="pairs">Their selectors.</param>
    /// <param name="maximumSelectors">How many selectors one question serves at most.</param>
    public CounterReader(ImmutableArray<SelectorPair> pairs, int maximumSelectors)
    {
        Pairs = pairs;
        plan = ReadPlanner.Plan(pairs, maximumSelectors);
        reads = [.. plan.Reads.Select(r => new CounterRead(r))];
        (past, nextSteps, all) = (new SummedPast[pairs.Length], new long[pairs.Length], [.. Enumerable.Range(0, pairs.Length)]);
        Array.Fill(nextSteps, SummedCells.Never);
    }

    public ImmutableArray<SelectorPair> Pairs { get; }

    /// <summary>What is asked for.</summary>
    public IReadOnlyList<CounterRead> Reads => reads;

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
    /// <param name="only">The indicators that are asked for, as indices of <see cref="Pairs"/>; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Stops the questions.</param>
    public async Task<CounterAnswer> AskAsync(ReadContext context, ReadingLimits limits, bool allowEstimate, int[]? only, CancellationToken cancellationToken)
    {
        var window = context.Window;
        var pairs = only ?? all;
        var asked = Asked(only);
        var sums = allowEstimate ? SumExpression.Estimate(window.Step) : SumExpression.Exact(window.Step, context.ScrapeInterval, window.GapTolerance);
        var isSummed = allowEstimate || await IsSummedAsync(context, limits, asked, pairs.Length, cancellationToken).ConfigureAwait(false);
        var how = Sort(isSummed, allowEstimate, pairs);
        if (!allowEstimate && how.PairIsSummed.Contains(true))
            sums = sums with { Unknown = await UnknownAsync(context, sums, cancellationToken).ConfigureAwait(false) };
        await Task.WhenAll(reads.Select((read, i) => AskAsync(read, asked[i], how.Raw[i], how.Summed[i] ? sums : null, context, cancellationToken))).ConfigureAwait(false);

        // A connection that broke because we are asked to stop is no news about the source.
        cancellationToken.ThrowIfCancellationRequested();
        await StartTimes.MarkAsync(context, reads.Where((_, i) => how.Raw[i]).SelectMany(r => r.Parts), cancellationToken).ConfigureAwait(false);

        var needsPast = !allowEstimate && pairs.Any(i => how.PairIsSummed[i] && window.First != nextSteps[i]);
        foreach (var pair in pairs)
        {
            // What was there before the steps is known of a stretch that follows, and of one that is read again from where nothing was.
            past[pair] = window.First <= nextSteps[pair] && !allowEstimate ? past[pair].Before(window.First) : SummedPast.Unknown;
            nextSteps[pair] = allowEstimate ? SummedCells.Never : window.First + window.Count;
        }

        return new CounterAnswer(plan, reads, window, pairs, how.PairIsSummed, past)
        {
            Every = sums.Every,
            IsEstimate = allowEstimate && how.PairIsSummed.Contains(true),
            NeedsPast = needsPast,
        };
    }

    // Of every read, the selectors of the indicators.
    private AskedSelectors[] Asked(int[]? only)
    {
        if (only is null)
            return [.. reads.Select(_ => AskedSelectors.All)];

        var asked = plan.Reads.Select(r => new bool[r.Selectors.Length]).ToArray();
        foreach (var (first, second, _) in only.Select(i => plan.Pairs[i]))
            asked[first.Read][first.Selector] = asked[second.Read][second.Selector] = true;
        return [.. asked.Select(a => new AskedSelectors(a))];
    }

    private static async Task AskAsync(
        CounterRead read, AskedSelectors asked, bool forSamples, SumExpression? sums, ReadContext context, CancellationToken cancellationToken)
    {
        if (forSamples)
            await read.ReadSamplesAsync(context, asked, cancellationToken).ConfigureAwait(false);
        if (sums is not null)
            await read.ReadSumsAsync(context, sums, asked, cancellationToken).ConfigureAwait(false);
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

    // Sums are for what is too much to be read sample by sample. A few series more or less do not change it to and fro.
    private async Task<bool> IsSummedAsync(ReadContext context, ReadingLimits limits, AskedSelectors[] asked, int pairs, CancellationToken cancellationToken)
    {
        if (limits.Mode != PrometheusReading.Auto)
            return limits.Mode == PrometheusReading.Aggregated;

        await Task.WhenAll(reads.Select(r => r.CountAsync(context, isMany, cancellationToken))).ConfigureAwait(false);
        var series = reads.Sum(r => (long)(r.SeriesCount ?? 0));
        isMany = series > (isMany ? limits.MaximumRawSeries * 3 / 4 : limits.MaximumRawSeries);
        if (isMany)
            Array.ForEach(reads, r => r.Release());

        var samples = (context.Latest - context.Window.Earliest) / context.ScrapeInterval;
        return isMany
            || (context.Window.Count > MostLiveSteps && series * samples * pairs / Math.Max(1, Pairs.Length) > limits.MaximumRawSamples && !Covers(context.Window, asked));
    }

    private bool Covers(StepWindow window, AskedSelectors[] asked) => reads.Zip(asked).All(r => r.First.Covers(window, r.Second));

    // What only the server can tell apart is read raw, and so are buckets, which are matched sample by sample.
    private (bool[] Raw, bool[] Summed, bool[] PairIsSummed) Sort(bool isSummed, bool allowEstimate, int[] pairs)
    {
        var (raw, summed, pairIsSummed) = (new bool[reads.Length], new bool[reads.Length], new bool[plan.Pairs.Length]);
        foreach (var i in pairs)
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
