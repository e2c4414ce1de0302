using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Tests.Counters;

/// <summary>
/// The definitions of SEMANTICS §3, as plainly as they can be written: every cell looks at the whole history, not at a window of
/// it, and searches it from end to end.
/// </summary>
internal sealed class NaiveCells(CounterHistory history)
{
    private const long Step = CounterHistory.Step;
    private const long Gap = CounterHistory.GapTolerance;

    private List<CounterSeries> All => [.. history.First, .. history.Second];

    public SliCell Cell(long step)
    {
        var first = history.First.SelectMany(Growths).ToList();
        var second = history.Second.SelectMany(Growths).ToList();
        var both = first.Concat(second).ToList();
        var absent = (IsPresent(history.First, step) ? AbsentSelectors.None : AbsentSelectors.First) | (IsPresent(history.Second, step) ? AbsentSelectors.None : AbsentSelectors.Second);

        StepState state;
        if (both.Exists(g => Share(g, step) is not null))
            state = StepState.Measured;
        else if (!IsBlank(step) || IsSilent(step))
            state = StepState.Unmeasured;
        else
            state = StepState.Missing;

        var isRecovered = both.Exists(g => Share(g, step) is not null && (IsLong(g) ? IsBlank(step) || IsBlank(step - 1) : BlanksInside(g).Count > 0));
        return new SliCell(state, first.Sum(g => Share(g, step) ?? 0), second.Sum(g => Share(g, step) ?? 0), absent, isRecovered);
    }

    /// <summary>All growth that is known of, but for what nobody can say when it came about.</summary>
    public double Total(List<CounterSeries> series) =>
        series.SelectMany(Growths).Sum(g => IsLong(g) ? g.Amount * (BlanksInside(g).Count + 1) / (StepOf(g.To) - StepOf(g.From)) : g.Amount);

    /// <summary>Does some growth over more than the tolerance cross a step?</summary>
    public bool IsInLongGap(long step) => All.SelectMany(Growths).Any(g => IsLong(g) && StepOf(g.From) < step && step <= StepOf(g.To));

    public IEnumerable<Growth> Growths(CounterSeries series)
    {
        var samples = series.Samples.ToArray().Where(s => double.IsFinite(s.Value)).ToList();
        foreach (var sample in samples)
        {
            var before = samples.Where(s => s.Time < sample.Time).ToList();
            if (before.Count > 0)
            {
                var (from, value, _) = before[^1];
                yield return new Growth(from, sample.Time, sample.Value < value ? sample.Value : sample.Value - value);
                continue;
            }

            var without = All
                .Where(s => series.Target == TargetIdentity.Unknown || s.Target == series.Target)
                .SelectMany(s => s.Samples.ToArray())
                .Where(s => double.IsFinite(s.Value) && s.Time < sample.Time && s.Time >= sample.Time - Gap)
                .Select(s => (long?)s.Time)
                .Max();
            if (without is { } time)
                yield return new Growth(time, sample.Time, sample.Value - Renamed(series.Target, time, sample.Value));
        }
    }

    // What all counters of a target that end at once were before they got other names.
    private double Renamed(string target, long until, double value)
    {
        var there = All.Where(s => s.Target == target)
            .Select(s => s.Samples.ToArray())
            .Where(s => s.Any(p => p.Time == until && double.IsFinite(p.Value)))
            .ToList();
        return there.Exists(s => s[^1].Time > until) ? 0 : there.Select(s => s[^1].Value).Where(v => v <= value).DefaultIfEmpty(0).Max();
    }

    private double? Share(Growth growth, long step)
    {
        var blanks = BlanksInside(growth);
        if (IsLong(growth))
            return step == StepOf(growth.To) || blanks.Contains(step) ? growth.Amount / Math.Max(1, StepOf(growth.To) - StepOf(growth.From)) : null;

        return step == StepOf(growth.To) || blanks.Contains(step) ? growth.Amount / (blanks.Count + 1) : null;
    }

    private static bool IsLong(Growth growth) => growth.To - growth.From > Gap;

    private List<long> BlanksInside(Growth growth)
    {
        var inside = new List<long>();
        for (var step = StepOf(growth.From) + 1; step < StepOf(growth.To); step++)
        {
            if (IsBlank(step))
                inside.Add(step);
        }

        return inside;
    }

    private bool IsBlank(long step) => !All.Exists(s => HasSample(s, step * Step, (step + 1) * Step));

    private bool IsSilent(long step) => IsBlank(step) && !history.Alive.Contains(step);

    private static bool IsPresent(List<CounterSeries> series, long step) => series.Exists(s => HasSample(s, (step * Step) - Gap, (step + 1) * Step));

    private static bool HasSample(CounterSeries series, long from, long before) =>
        series.Samples.ToArray().Any(s => double.IsFinite(s.Value) && s.Time >= from && s.Time < before);

    private static long StepOf(long time) => (long)Math.Floor((double)time / Step);

    internal sealed record Growth(long From, long To, double Amount);
}
