namespace SloRollback.Prometheus.Counters;

/// <summary>For one indicator: the steps in which nothing of it was sampled. Taken over by one indicator after the other.</summary>
internal sealed class BlankSteps(in StepWindow window)
{
    private readonly StepWindow window = window;
    private readonly int[] blankBefore = new int[window.SeenCount + 1];
    private long lastBefore;

    public void Read(SampledSteps first, SampledSteps second)
    {
        lastBefore = Math.Max(first.LastStepBefore, second.LastStepBefore);
        for (var i = 0; i < window.SeenCount; i++)
        {
            var step = window.FirstSeen + i;
            blankBefore[i + 1] = blankBefore[i] + (first.IsSampled(step) || second.IsSampled(step) ? 0 : 1);
        }
    }

    public bool IsBlank(long step) => Count(step, step + 1) > 0;

    /// <summary>Number of blank steps in <c>[from, before)</c>. Those before all that is looked at are blank since the newest sample there.</summary>
    public long Count(long from, long before)
    {
        var outside = from >= window.FirstSeen ? 0 : Math.Max(0, Math.Min(before, window.FirstSeen) - Math.Max(from, lastBefore + 1));
        var inside = Math.Max(from, window.FirstSeen);
        return outside + (inside < before ? blankBefore[before - window.FirstSeen] - blankBefore[inside - window.FirstSeen] : 0);
    }
}
