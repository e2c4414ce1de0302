using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Expressions;

/// <summary>What an <see cref="ExpressionReader"/> read of one indicator.</summary>
internal sealed record ReadIndicator
{
    private delegate void CellFiller(Func<long, bool> isAlive, Span<SliCell> row);

    /// <summary>Whether it could be read.</summary>
    public required SliOutcome Outcome { get; init; }

    public ImmutableArray<string> Warnings { get; init; } = [];

    public Duration? ClockOffset { get; init; }

    /// <summary>The samples of a native histogram's counters, for which signs of life may be needed beyond the steps asked for.</summary>
    public (SampledSteps First, SampledSteps Second)? Counters { get; init; }

    /// <summary>Did it yield nothing, or not all that it should? Then what is known of the histogram may be outdated.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>Are there processes without a bucket at the threshold?</summary>
    public bool HasLackingBuckets { get; init; }

    private StepWindow Window { get; init; }

    private Func<long, bool> Sampled { get; init; } = _ => false;

    private CellFiller? Filler { get; init; }

    /// <summary>Does a step of the window have a value? Then the source was at work in it.</summary>
    public bool IsSampled(long step) => Sampled(step);

    /// <summary>The steps of the window for which it must be known whether the source was at work.</summary>
    public (long First, long Last)? Blank
    {
        get
        {
            long from = Window.First, to = Window.First + Window.Count - 1;
            while (from <= to && IsSampled(from))
                from++;
            while (from <= to && IsSampled(to))
                to--;

            return Outcome.IsRead && from <= to ? (from, to) : null;
        }
    }

    /// <summary>Fills the cells, one per step of the window. Only what was read has any.</summary>
    /// <param name="isAlive">Was the source at work in a step? Asked for blank steps.</param>
    /// <param name="row">The cells.</param>
    public void Fill(Func<long, bool> isAlive, Span<SliCell> row) => Filler!(isAlive, row);

    public static ReadIndicator Failed(in StepWindow window, SliOutcome outcome) => new() { Window = window, Outcome = outcome };

    public static ReadIndicator Gauge(SingleSeries values, StepWindow window) => Of(window, [values], (isAlive, row) =>
    {
        for (var i = 0; i < row.Length; i++)
            row[i] = ExpressionCells.Gauge(values, i, isAlive(window.First + i));
    });

    public static ReadIndicator Counts(SingleSeries first, SingleSeries second, StepWindow window) => Of(window, [first, second], (isAlive, row) =>
    {
        for (var i = 0; i < row.Length; i++)
            row[i] = ExpressionCells.Counts(first, second, i, isAlive(window.First + i));
    });

    public static ReadIndicator Increments(SelectorSeries first, SelectorSeries second, StepWindow window) => Increments(first, second, window, _ => false);

    /// <summary>Of the two buckets of a classic histogram.</summary>
    public static ReadIndicator Buckets(BucketPairs pairs, StepWindow window)
    {
        if (pairs.IsLackingEverywhere)
            return Failed(window, SliOutcome.Failed(UnmeasuredReason.QueryRejected, pairs.Problem!, transient: false)) with { IsDoubtful = true, HasLackingBuckets = true };

        return Increments(pairs.First, pairs.Second, window, pairs.IsLacking) with
        {
            Warnings = pairs.Problem is { } problem ? [problem] : [],
            HasLackingBuckets = pairs.Problem is not null,
            IsDoubtful = pairs.Problem is not null || !pairs.Second.Sampled.Any,
        };
    }

    private static ReadIndicator Increments(SelectorSeries first, SelectorSeries second, StepWindow window, Func<long, bool> isUnknown)
    {
        var newest = Math.Max(first.Sampled.Newest, second.Sampled.Newest);
        return new ReadIndicator
        {
            Window = window,
            Outcome = SliOutcome.Read(first.Sampled.Any || second.Sampled.Any ? Instant.FromUnixTimeMilliseconds(newest) : null),
            Sampled = step => first.Sampled.IsSampled(step) || second.Sampled.IsSampled(step) || isUnknown(step),
            Counters = (first.Sampled, second.Sampled),
            IsDoubtful = !second.Sampled.Any,
            Filler = (isAlive, row) =>
            {
                IndicatorCells.Fill(first, second, window, TargetActivity.FromSeries(first.Series, second.Series), isAlive, row);
                for (var i = 0; i < row.Length; i++)
                {
                    if (isUnknown(window.First + i))
                        row[i] = default;
                }
            },
        };
    }

    private static ReadIndicator Of(StepWindow window, SingleSeries[] values, CellFiller fill)
    {
        // Two series in a few steps, as while pods are replaced, cost those steps; in all of them they are a mistake.
        if (Array.Find(values, v => v.IsConflictEverywhere) is { } wrong)
            return Failed(window, SliOutcome.Failed(UnmeasuredReason.QueryRejected, wrong.Conflict!, transient: false));

        var newest = values.Max(v => v.Newest);
        return new ReadIndicator
        {
            Window = window,
            Outcome = SliOutcome.Read(newest is { } time ? Instant.FromUnixTimeMilliseconds(time) : null),
            Sampled = step => Array.Exists(values, v => v.IsSampled((int)(step - window.First))),
            Filler = fill,
            Warnings = [.. values.Select(v => v.Conflict).OfType<string>().Distinct(StringComparer.Ordinal)],
        };
    }
}
