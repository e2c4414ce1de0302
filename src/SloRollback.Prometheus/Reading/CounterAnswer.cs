using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Planning;

namespace SloRollback.Prometheus.Reading;

/// <summary>What was read for the counters of some indicators, to be made cells of.</summary>
internal sealed class CounterAnswer(ReadPlan plan, CounterRead[] reads, StepWindow window, bool[] isSummed, SummedPast[] past)
{
    private readonly BucketPairs?[] buckets = new BucketPairs?[plan.Pairs.Length];
    private IndicatorCells? raw;
    private SummedCells? summed;

    /// <summary>Are some of the counts estimates?</summary>
    public bool IsEstimate { get; init; }

    /// <summary>The time between two sums, in milliseconds.</summary>
    public long Every { get; init; }

    /// <summary>Must it be known whether the source was at work in the hour before the steps?</summary>
    public bool NeedsPast { get; init; }

    /// <summary>Whether an indicator could be read. To be asked once, before it is filled.</summary>
    /// <param name="pair">Which indicator.</param>
    /// <param name="span">Takes in when it was sampled.</param>
    public SliOutcome Take(int pair, SampledSpan span)
    {
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
                buckets[pair] = new BucketPairs(one, other, window);
                if (buckets[pair]!.IsLackingEverywhere)
                    return SliOutcome.Failed(UnmeasuredReason.QueryRejected, buckets[pair]!.Problem!, transient: false);
            }
        }

        return SliOutcome.Read(newest == SampledSpan.Never ? null : Instant.FromUnixTimeMilliseconds(newest));
    }

    /// <summary>Is what is known of an indicator's histogram to be doubted, since nothing, or not all, was found?</summary>
    public bool IsDoubtful(int pair) => buckets[pair] is { } found && (found.Problem is not null || found.IsEmpty);

    /// <summary>What is wrong with an indicator's histogram, but no reason not to read it.</summary>
    public string? Warning(int pair) => buckets[pair]?.Problem;

    /// <summary>Fills the row of an indicator that could be read.</summary>
    /// <param name="pair">Which indicator.</param>
    /// <param name="isSourceAlive">Did the source sample anything in a step? The same for all.</param>
    /// <param name="row">The cells to fill.</param>
    public void Fill(int pair, Func<long, bool> isSourceAlive, Span<SliCell> row)
    {
        var (first, second, isBucket) = plan.Pairs[pair];
        if (isSummed[pair])
        {
            summed ??= new SummedCells(window, Every, IsEstimate, isSourceAlive);
            summed.Fill(reads[first.Read].RowOf(first.Selector), reads[second.Read].RowOf(second.Selector), ref past[pair], row);
            if (isBucket)
                DropUnpaired(reads[first.Read].SamplesOf(first.Selector), reads[second.Read].SamplesOf(second.Selector), row);
            return;
        }

        raw ??= new IndicatorCells(window, targets: null, isSourceAlive);
        if (buckets[pair] is not { } found)
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
