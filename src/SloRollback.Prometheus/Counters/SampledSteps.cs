namespace SloRollback.Prometheus.Counters;

/// <summary>In which steps the series of one selector were sampled.</summary>
internal sealed class SampledSteps
{
    private const long Never = long.MinValue;

    private readonly StepWindow window;
    private readonly long[] newestIn;
    private readonly long[] newestBefore;

    public SampledSteps(IEnumerable<CounterSeries> series, in StepWindow window)
    {
        this.window = window;
        newestIn = new long[window.SeenCount];
        newestBefore = new long[window.SeenCount];
        Array.Fill(newestIn, Never);

        foreach (var one in series)
        {
            foreach (var sample in one.Between(window.Earliest, window.Latest))
            {
                if (!double.IsFinite(sample.Value))
                    continue;

                ref var newest = ref newestIn[window.StepOf(sample.Time) - window.FirstSeen];
                newest = Math.Max(newest, sample.Time);
            }
        }

        Newest = Never;
        for (var i = 0; i < newestIn.Length; i++)
        {
            newestBefore[i] = Newest;
            Newest = Math.Max(Newest, newestIn[i]);
        }

        Oldest = newestIn.FirstOrDefault(t => t != Never, Never);
    }

    /// <summary>Was anything sampled at all?</summary>
    public bool Any => Newest != Never;

    /// <summary>The time of the newest sample, if there is <see cref="Any"/>.</summary>
    public long Newest { get; }

    /// <summary>The time of a sample in the first step that has one, if there is <see cref="Any"/>.</summary>
    public long Oldest { get; }

    /// <summary>Is there a sample in the step?</summary>
    public bool IsSampled(long step) => newestIn[step - window.FirstSeen] != Never;

    /// <summary>Is there a sample in the step, or within the gap tolerance before it?</summary>
    public bool IsPresent(long step) =>
        IsSampled(step) || newestBefore[step - window.FirstSeen] is var before && before != Never && before >= step * window.Step - window.GapTolerance;
}
