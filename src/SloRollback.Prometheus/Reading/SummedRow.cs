namespace SloRollback.Prometheus.Reading;

/// <summary>The growth of one selector's counters in each step, as the server summed it.</summary>
internal sealed class SummedRow
{
    private Growth[] steps = [];
    private long every;

    /// <summary>The time of the newest sub-step with samples; 0 without any.</summary>
    public long Newest { get; private set; }

    /// <summary>Was any counter sampled in the step?</summary>
    public bool IsPresent(int step) => steps[step].FirstTime != 0;

    /// <summary>The growth in the step.</summary>
    public double Sum(int step) => steps[step].Sum;

    /// <summary>The part of it that showed in the first sub-step with samples: after a gap it is the gap's growth.</summary>
    public double First(int step) => steps[step].First;

    /// <summary>The time of that sub-step; the latest time there is without any.</summary>
    public long FirstTime(int step) => IsPresent(step) ? steps[step].FirstTime : long.MaxValue - every;

    /// <summary>The part that showed in it and in the one that follows at once, as far as they end by a time.</summary>
    public double Until(int step, long time) =>
        (FirstTime(step) <= time ? steps[step].First : 0) + (FirstTime(step) + every <= time ? steps[step].Next : 0);

    /// <summary>Begins with other steps.</summary>
    /// <param name="count">How many steps.</param>
    /// <param name="length">The length of a sub-step in milliseconds.</param>
    public void Clear(int count, long length)
    {
        every = length;
        Newest = 0;
        if (steps.Length == count)
            Array.Clear(steps);
        else
            steps = new Growth[count];
    }

    /// <summary>Adds the growth of some of the counters in a sub-step.</summary>
    public void Add(int step, long time, double growth)
    {
        ref var of = ref steps[step];
        Newest = Math.Max(Newest, time);
        of.Sum += growth;
        if (of.FirstTime == 0 || time < of.FirstTime)
            (of.FirstTime, of.First, of.Next) = (time, 0, of.FirstTime == time + every ? of.First : 0);
        if (time == of.FirstTime)
            of.First += growth;
        else if (time == of.FirstTime + every)
            of.Next += growth;
    }

    private struct Growth
    {
        public double Sum;
        public double First;
        public double Next;
        public long FirstTime;
    }
}
