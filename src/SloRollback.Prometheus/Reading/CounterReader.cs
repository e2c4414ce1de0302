using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Planning;

namespace SloRollback.Prometheus.Reading;

/// <summary>
/// Reads the counters of some indicators, step after step: asks what the plan says, and makes cells of the answers. Keeps what was
/// read last, so that the next step costs its new samples only; what it tells does not depend on that.
/// </summary>
internal sealed class CounterReader
{
    private readonly ReadPlan plan;
    private readonly CounterRead[] reads;
    private readonly (long First, long Second)[] lastPresent;
    private long nextStep = SummedCells.Never;

    /// <summary>A reader of indicators that are always read together.</summary>
    /// <param name="pairs">Their selectors.</param>
    /// <param name="maximumSelectors">How many selectors one question serves at most.</param>
    public CounterReader(ImmutableArray<SelectorPair> pairs, int maximumSelectors)
    {
        Pairs = pairs;
        plan = ReadPlanner.Plan(pairs, maximumSelectors);
        reads = [.. plan.Reads.Select(r => new CounterRead(r))];
        lastPresent = new (long, long)[pairs.Length];
    }

    public ImmutableArray<SelectorPair> Pairs { get; }

    /// <summary>The questions, as they are asked now.</summary>
    public IEnumerable<CounterRead> Reads => reads.SelectMany(r => r.Parts);

    /// <summary>Reads, and fills a row for every indicator that could be read.</summary>
    /// <param name="context">Whom to ask, and about which steps.</param>
    /// <param name="reading">How.</param>
    /// <param name="allowEstimate">Are estimates good enough?</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async Task<CounterCells> ReadAsync(ReadContext context, ReadingLimits reading, bool allowEstimate, CancellationToken cancellationToken)
    {
        var sums = allowEstimate ? SumExpression.Estimate(context.Window.Step) : SumExpression.Exact(context.Window.Step, context.ScrapeInterval);
        var isSummed = allowEstimate || await IsSummedAsync(context, reading, cancellationToken).ConfigureAwait(false);
        var how = Sort(isSummed);

        await Task.WhenAll(reads.Select((read, i) => Task.WhenAll(
            how.Raw[i] ? read.ReadSamplesAsync(context, cancellationToken) : Task.CompletedTask,
            how.Summed[i] ? read.ReadSumsAsync(context, sums, cancellationToken) : Task.CompletedTask))).ConfigureAwait(false);

        // A connection that broke because we are asked to stop is no news about the source.
        cancellationToken.ThrowIfCancellationRequested();
        await StartTimes.MarkAsync(context, reads.Where((_, i) => how.Raw[i]).SelectMany(r => r.Parts), cancellationToken).ConfigureAwait(false);
        return await FillAsync(context, how.PairIsSummed, sums, cancellationToken).ConfigureAwait(false);
    }

    // Sums are for what is too much to be read sample by sample. How much it is, the server is asked once.
    private async Task<bool> IsSummedAsync(ReadContext context, ReadingLimits reading, CancellationToken cancellationToken)
    {
        if (reading.Mode != PrometheusReading.Auto)
            return reading.Mode == PrometheusReading.Aggregated;

        var unknown = reads.SelectMany(r => r.Parts).Where(r => r.SeriesCount is null).ToList();
        await Task.WhenAll(unknown.Select(r => r.CountAsync(context, cancellationToken))).ConfigureAwait(false);
        var series = reads.Sum(r => (long)(r.SeriesCount ?? 0));
        var samples = (context.Latest - context.Window.Earliest) / context.ScrapeInterval;
        var isLive = reads.All(r => r.Covers(context.Window));
        return series > reading.MaximumRawSeries || (!isLive && series * samples > reading.MaximumRawSamples);
    }

    // What only the server can tell apart is read raw, and so is what is compared with it.
    private (bool[] Raw, bool[] Summed, bool[] PairIsSummed) Sort(bool isSummed)
    {
        var (raw, summed, pairIsSummed) = (new bool[reads.Length], new bool[reads.Length], new bool[plan.Pairs.Length]);
        for (var i = 0; i < plan.Pairs.Length; i++)
        {
            var (first, second) = plan.Pairs[i];
            pairIsSummed[i] = isSummed && reads[first.Read].Read.Metric is not null && reads[second.Read].Read.Metric is not null;
            var into = pairIsSummed[i] ? summed : raw;
            into[first.Read] = into[second.Read] = true;
        }

        return (raw, summed, pairIsSummed);
    }

    private async Task<CounterCells> FillAsync(ReadContext context, bool[] pairIsSummed, SumExpression sums, CancellationToken cancellationToken)
    {
        var window = context.Window;
        var isNext = nextStep == window.First && !sums.IsEstimate;
        var cells = new CounterCells(plan.Pairs.Length, window.Count);
        var span = new SampledSpan(window);
        for (var i = 0; i < plan.Pairs.Length; i++)
        {
            if (!isNext)
                lastPresent[i] = (SummedCells.Never, SummedCells.Never);
            cells.Outcomes[i] = Outcome(i, pairIsSummed[i], span);
        }

        var isAlive = await SignsOfLifeAsync(context, span, needsPast: !isNext && !sums.IsEstimate && pairIsSummed.Contains(true), cancellationToken).ConfigureAwait(false);
        var raw = new IndicatorCells(window, targets: null, isAlive);
        var summed = new SummedCells(window, sums.IsEstimate, isAlive);
        for (var i = 0; i < plan.Pairs.Length; i++)
        {
            var (first, second) = plan.Pairs[i];
            if (!cells.Outcomes[i].IsRead)
                continue;
            if (pairIsSummed[i])
                summed.Fill(reads[first.Read].RowOf(first.Selector), reads[second.Read].RowOf(second.Selector), ref lastPresent[i], cells.Row(i));
            else
                raw.Fill(reads[first.Read].SeriesOf(first.Selector), reads[second.Read].SeriesOf(second.Selector), cells.Row(i));
        }

        nextStep = sums.IsEstimate ? SummedCells.Never : window.First + window.Count;
        return cells with { IsEstimate = sums.IsEstimate && pairIsSummed.Contains(true) };
    }

    private SliOutcome Outcome(int pair, bool isSummed, SampledSpan span)
    {
        var (first, second) = plan.Pairs[pair];
        if ((reads[first.Read].FailureOf(first.Selector) ?? reads[second.Read].FailureOf(second.Selector)) is { } failure)
            return failure;

        var newest = isSummed
            ? Math.Max(span.Add(reads[first.Read].RowOf(first.Selector)), span.Add(reads[second.Read].RowOf(second.Selector)))
            : Math.Max(span.Add(reads[first.Read].SeriesOf(first.Selector)), span.Add(reads[second.Read].SeriesOf(second.Selector)));
        return SliOutcome.Read(newest == SampledSpan.Never ? null : Instant.FromUnixTimeMilliseconds(newest));
    }

    private static async Task<Func<long, bool>> SignsOfLifeAsync(ReadContext context, SampledSpan span, bool needsPast, CancellationToken cancellationToken)
    {
        var unclear = span.Unclear();
        if (needsPast)
        {
            var window = context.Window;
            unclear = (window.StepOf(window.Start - SumExpression.Lookback), unclear?.Last ?? window.First);
        }

        if (unclear is not var (from, to))
            return span.IsSampled;

        var alive = await context.ReadHeartbeatAsync(from, to, cancellationToken).ConfigureAwait(false);
        return step => alive.Contains(step) || span.IsSampled(step);
    }
}

/// <summary>What was read for some indicators.</summary>
internal sealed record CounterCells
{
    private readonly SliCell[] cells;
    private readonly int steps;

    public CounterCells(int indicators, int steps) => (Outcomes, cells, this.steps) = (new SliOutcome[indicators], new SliCell[indicators * steps], steps);

    public SliOutcome[] Outcomes { get; }

    public bool IsEstimate { get; init; }

    public Span<SliCell> Row(int indicator) => cells.AsSpan(indicator * steps, steps);
}

/// <summary>When to read samples, and when sums.</summary>
/// <param name="Mode">What was configured.</param>
/// <param name="MaximumRawSeries">Number of series above which sums are read.</param>
/// <param name="MaximumRawSamples">Number of samples of one request above which sums are read.</param>
internal readonly record struct ReadingLimits(PrometheusReading Mode, long MaximumRawSeries, long MaximumRawSamples);
