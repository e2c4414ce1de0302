using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Prometheus.Counters;

/// <summary>
/// The steps asked for, and the samples that can bear on them: from a gap tolerance before the first step (a counter's value
/// before) to a gap tolerance after the last (the far side of a gap), <c>[Earliest, Latest)</c>. All times are milliseconds since
/// the Unix epoch.
/// </summary>
internal readonly record struct StepWindow
{
    public StepWindow(StepGrid grid, Duration gapTolerance)
        : this(grid.First, grid.Count, (long)grid.Step.TotalMilliseconds, (long)gapTolerance.TotalMilliseconds)
    {
    }

    public StepWindow(long first, int count, long step, long gapTolerance) =>
        (First, Count, Step, GapTolerance) = (first, count, step, gapTolerance);

    public long First { get; }

    public int Count { get; }

    public long Step { get; }

    public long GapTolerance { get; }

    public long Start => First * Step;

    public long End => (First + Count) * Step;

    public long Earliest => Start - GapTolerance;

    public long Latest => End + GapTolerance;

    /// <summary>The step that holds <see cref="Earliest"/>: where everything that is looked at begins.</summary>
    public long FirstSeen => StepOf(Earliest);

    /// <summary>Number of steps from <see cref="FirstSeen"/> to the one that holds the last instant before <see cref="Latest"/>.</summary>
    public int SeenCount => checked((int)(StepOf(Latest - 1) - FirstSeen + 1));

    /// <summary>The step that contains a time; one at a step's end belongs to the next.</summary>
    public long StepOf(long time) => Math.DivRem(time, Step) is var (quotient, rest) && rest < 0 ? quotient - 1 : quotient;
}
