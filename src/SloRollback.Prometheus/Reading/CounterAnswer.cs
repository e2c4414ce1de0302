using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Planning;

namespace SloRollback.Prometheus.Reading;

/// <summary>What was read for the counters of some indicators, to be made cells of.</summary>
/// <param name="plan">How they are read.</param>
/// <param name="reads">What was read.</param>
/// <param name="window">The steps.</param>
/// <param name="asked">The indicators that were asked for, as indices of the plan's.</param>
/// <param name="isSummed">For every indicator of the plan, whether sums were read.</param>
/// <param name="past">The same, what is known of the time before the steps; then of that before the next.</param>
internal sealed class CounterAnswer(ReadPlan plan, CounterRead[] reads, StepWindow window, int[] asked, bool[] isSummed, SummedPast[] past)
{
    private readonly BucketPairs?[] buckets = new BucketPairs?[asked.Length];
    private SummedPast[]? before;
    private IndicatorCells? raw;
    private SummedCells? summed;

    /// <summary>Are some of the counts estimates?</summary>
    public bool IsEstimate { get; init; }

    /// <summary>The time between two sums, in milliseconds.</summary>
    public long Every { get; init; }

    /// <summary>Must it be known whether the source was at work in the hour before the steps?</summary>
    public bool NeedsPast { get; init; }

    /// <summary>Whether an indicator could be read. To be asked once, before it is filled.</summary>
    /// <param name="index">Which of those that were asked for.</param>
    /// <param name="span">Takes in when it was sampled.</param>
    public SliOutcome Take(int index, SampledSpan span)
    {
        var pair = asked[index];
        var (first, second, isBucket) = plan.Pairs[pair];
        if ((reads[first.Read].FailureOf(first.Selector, isSummed[pair]) ?? reads[second.Read].FailureOf(second.Selector, isSummed[pair])) is { } failure)
            return failure;

        long newest;
        if (isSummed[pair])
        {
            newest = Math.Max(span.Add(reads[first.Read].RowOf(first.Selector)), span.Add(reads[second.Read].RowOf(second.Selector)));
        }
        else
        {
            var (one, other) = (reads[first.Read].SeriesOf(first.Selector), reads[second.Read].SeriesOf(second.Selector));
            newest = Math.Max(span.Add(one), span.Add(other));
            if (isBucket)
            {
                buckets[index] = new BucketPairs(one, other, window);
                if (buckets[index]!.IsLackingEverywhere)
                    return SliOutcome.Failed(UnmeasuredReason.QueryRejected, buckets[index]!.Problem!, transient: false);
            }
        }

        return SliOutcome.Read(newest == SampledSpan.Never ? null : Instant.FromUnixTimeMilliseconds(newest));
    }

    /// <summary>Is what is known of an indicator's histogram to be doubted, since nothing, or not all, was found?</summary>
    public bool IsDoubtful(int index) => buckets[index] is { } found && (found.Problem is not null || found.IsEmpty);

    /// <summary>What is wrong with an indicator's histogram, but no reason not to read it.</summary>
    public string? Warning(int index) => buckets[index]?.Problem;

    /// <summary>Fills the row of an indicator that could be read.</summary>
    /// <param name="index">Which of those that were asked for.</param>
    /// <param name="isSourceAlive">Did the source sample anything in a step? The same for all.</param>
    /// <param name="row">The cells to fill.</param>
    public void Fill(int index, Func<long, bool> isSourceAlive, Span<SliCell> row)
    {
        var pair = asked[index];
        var (first, second, isBucket) = plan.Pairs[pair];
        if (isSummed[pair])
        {
            summed ??= new SummedCells(window, Every, IsEstimate, isSourceAlive);

            // The same indicator may be asked for twice.
            before ??= Array.ConvertAll(asked, i => past[i]);
            past[pair] = before[index];
            summed.Fill(reads[first.Read].RowOf(first.Selector), reads[second.Read].RowOf(second.Selector), ref past[pair], row);
            if (isBucket)
                DropUnpaired(reads[first.Read].SamplesOf(first.Selector), reads[second.Read].SamplesOf(second.Selector), row);
            return;
        }

        raw ??= new IndicatorCells(window, targets: null, isSourceAlive);
        if (buckets[index] is not { } found)
        {
            raw.Fill(reads[first.Read].SeriesOf(first.Selector), reads[second.Read].SeriesOf(second.Selector), row);
            return;
        }

        found.Fill(raw, row);
    }

    // Events without a bucket at the threshold would all be valid and none good, be it those of one process among many.
    private static void DropUnpaired(SummedRow first, SummedRow second, Span<SliCell> row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i].State == StepState.Measured && first.Sum(i) < second.Sum(i))
                row[i] = default;
        }
    }
}
