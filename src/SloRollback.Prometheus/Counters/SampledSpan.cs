using SloRollback.Prometheus.Reading;

namespace SloRollback.Prometheus.Counters;

/// <summary>
/// Gathers over all indicators of a read in which steps anything was sampled, and for which steps it must be asked whether the source
/// was at work: those of the window, and those between samples of one indicator, that nothing was sampled in.
/// </summary>
internal sealed class SampledSpan(in StepWindow window)
{
    /// <summary>No time.</summary>
    public const long Never = long.MinValue;

    private readonly SampledSteps sampled = new(window);
    private readonly bool[] isSampled = new bool[window.SeenCount];
    private long from = window.First;
    private long to = window.First + window.Count - 1;

    public StepWindow Window { get; } = window;

    /// <summary>Takes in the series of one selector.</summary>
    /// <returns>The time of the newest sample, or <see cref="Never"/>.</returns>
    public long Add(IReadOnlyList<CounterSeries> series)
    {
        sampled.Read(series);
        if (!sampled.Any)
            return Never;

        from = Math.Min(from, Window.StepOf(sampled.Oldest));
        to = Math.Max(to, Window.StepOf(sampled.Newest));
        for (var step = Window.StepOf(sampled.Oldest); step <= Window.StepOf(sampled.Newest); step++)
            isSampled[step - Window.FirstSeen] |= sampled.IsSampled(step);
        return sampled.Newest;
    }

    /// <summary>Takes in a step of the window that was sampled.</summary>
    public void Add(long step) => isSampled[step - Window.FirstSeen] = true;

    /// <summary>Takes in what the server summed for one selector.</summary>
    /// <returns>The time of the newest sums, or <see cref="Never"/>.</returns>
    public long Add(SummedRow row)
    {
        for (var i = 0; i < Window.Count; i++)
            isSampled[Window.First + i - Window.FirstSeen] |= row.IsPresent(i);
        return row.Newest == 0 ? Never : row.Newest;
    }

    /// <summary>Was anything sampled in a step?</summary>
    public bool IsSampled(long step) => step >= Window.FirstSeen && step - Window.FirstSeen < isSampled.Length && isSampled[step - Window.FirstSeen];

    /// <summary>The stretch of steps to ask for, if any.</summary>
    public (long First, long Last)? Unclear()
    {
        if (Window.Count == 0)
            return null;

        var (first, last) = (from, to);
        while (first <= last && IsSampled(first)) first++;
        while (first <= last && IsSampled(last)) last--;
        return first <= last ? (first, last) : null;
    }
}
