namespace SloRollback.Prometheus.Counters;

/// <summary>In which steps the series of one selector were sampled. Taken over by one selector after the other.</summary>
internal sealed class SampledSteps(in StepWindow window)
{
    private const long Never = long.MinValue;

    private readonly StepWindow window = window;
    private readonly long[] newestIn = new long[window.SeenCount];
    private readonly long[] newestBefore = new long[window.SeenCount];

    /// <summary>Was anything sampled at all?</summary>
    public bool Any => Newest != Never;

    /// <summary>The time of the newest sample, if there is <see cref="Any"/>.</summary>
    public long Newest { get; private set; } = Never;

    /// <summary>The time of a sample in the first step that has one, if there is <see cref="Any"/>.</summary>
    public long Oldest { get; private set; } = Never;

    /// <summary>The step of the newest sample before all that is looked at; far in the past when none is known.</summary>
    public long LastStepBefore { get; private set; } = Never;

    /// <summary>Takes over some series.</summary>
    public void Read(IReadOnlyList<CounterSeries> series)
    {
        Array.Fill(newestIn, Never);
        LastStepBefore = Never;
        for (var i = 0; i < series.Count; i++)
            Read(series[i]);

        (Newest, Oldest) = (Never, Never);
        for (var i = 0; i < newestIn.Length; i++)
        {
            newestBefore[i] = Newest;
            Newest = Math.Max(Newest, newestIn[i]);
            if (Oldest == Never)
                Oldest = newestIn[i];
        }
    }

    /// <summary>Is there a sample in the step?</summary>
    public bool IsSampled(long step) => newestIn[step - window.FirstSeen] != Never;

    /// <summary>Is there a sample in the step, or within the gap tolerance before it?</summary>
    public bool IsPresent(long step) =>
        IsSampled(step) || newestBefore[step - window.FirstSeen] is var before && before != Never && before >= step * window.Step - window.GapTolerance;

    private void Read(CounterSeries series)
    {
        if (series.LastBefore(window.Earliest) is { } before)
            LastStepBefore = Math.Max(LastStepBefore, window.StepOf(before.Time));
        foreach (var sample in series.Between(window.Earliest, window.Latest))
        {
            if (double.IsFinite(sample.Value))
            {
                ref var newest = ref newestIn[window.StepOf(sample.Time) - window.FirstSeen];
                newest = Math.Max(newest, sample.Time);
            }
        }
    }
}
