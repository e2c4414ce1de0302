namespace SloRollback.Prometheus.Counters;

/// <summary>
/// Turns the raw samples of counters into the increments of each step (SEMANTICS §3). Increments telescope: over any run of steps
/// they sum to the growth contained in the samples, whatever the counters did in between, and however the steps were cut into
/// reads, as long as no cut goes through a gap that is over the tolerance.
/// <list type="bullet">
/// <item>Between two samples a counter grew by the difference; a smaller value is a reset, and the growth after it is that value.</item>
/// <item>A counter without a sample before counts from 0 when it is known to be new, else that sample is its baseline and adds
/// nothing. Where all counters of its target end as it appears, it is one of them under another name, and goes on from there.</item>
/// <item>Growth belongs to the step of the later sample. When it crosses steps without any sample of the indicator, whether the source
/// was silent or only its targets could not be scraped, it is spread evenly over these and the step of the later sample, and all of
/// them are marked as recovered: nobody knows in which of them the events happened, and a deployment that began in between must
/// not be blamed for all of them.</item>
/// <item>Growth over more than the tolerance is spread evenly over all steps of that gap. Where other counters of the indicator were
/// sampled in some of them, the shares of those are not booked: they were measured without, and what one replica did in the half
/// hour that it could not be reached is no burst of the minute in which it came back.</item>
/// </list>
/// Taken over by one indicator after the other.
/// </summary>
internal sealed class CounterIncrements(in StepWindow window, BlankSteps blank, TargetActivity targets)
{
    private readonly StepWindow window = window;
    private readonly bool[] counted = new bool[window.Count];
    private readonly bool[] recovered = new bool[window.Count];
    private readonly bool[] longGap = new bool[window.Count];

    /// <summary>Was the growth of any counter known in the step (it may be 0)?</summary>
    public bool IsCounted(int index) => counted[index];

    /// <summary>Does the step hold growth over steps without samples?</summary>
    public bool IsRecovered(int index) => recovered[index];

    /// <summary>Does it hold growth over a gap that is longer than the tolerance?</summary>
    public bool IsLongGap(int index) => longGap[index];

    /// <summary>Begins with another indicator.</summary>
    public void Clear()
    {
        Array.Clear(counted);
        Array.Clear(recovered);
        Array.Clear(longGap);
    }

    /// <summary>Sums the growth of some counters in each step of the window.</summary>
    public void Sum(IReadOnlyList<CounterSeries> series, double[] sums)
    {
        Array.Clear(sums);
        for (var i = 0; i < series.Count; i++)
            Add(series[i], sums);
    }

    private void Add(CounterSeries series, double[] sums)
    {
        var previous = series.LastBefore(window.Earliest);
        var newest = long.MinValue;
        foreach (var sample in series.Between(window.Earliest, window.Latest))
        {
            // What is no number is a slip of the exporter: the next sample goes on from the last that was one.
            if (sample.Time <= newest || !double.IsFinite(sample.Value))
                continue;

            newest = sample.Time;
            if (sample.IsBirth)
                Book(sample.Time, sample.Time, sample.Value, sums);
            else if (previous is { } p)
                Book(p.Time, sample.Time, sample.Value >= p.Value ? sample.Value - p.Value : sample.Value, sums);
            else if (series.FirstSeen >= sample.Time && targets.LastSampled(series.Target, sample.Time - window.GapTolerance, sample.Time) is { } without)
                Book(without, sample.Time, sample.Value - (targets.ValueBefore(series.Target, without, sample.Value) ?? 0), sums);

            previous = sample;
        }
    }

    private void Book(long from, long to, double growth, double[] sums)
    {
        growth = Math.Max(0, growth);
        long before = window.StepOf(from), last = window.StepOf(to);
        var isLong = to - from > window.GapTolerance;
        var steps = last - before <= 1 ? 0 : isLong ? last - before - 1 : blank.Count(before + 1, last);
        if (steps == 0)
        {
            AddTo(last, growth, isRecovered: false, isLong: false, sums);
            return;
        }

        var share = growth / (steps + 1);
        AddTo(last, share, !isLong || blank.IsBlank(last - 1), isLong, sums);
        var end = Math.Min(last, window.First + window.Count);
        for (var step = Math.Max(before + 1, window.First); step < end; step++)
        {
            if (blank.IsBlank(step))
                AddTo(step, share, isRecovered: true, isLong, sums);
        }
    }

    private void AddTo(long step, double growth, bool isRecovered, bool isLong, double[] sums)
    {
        var index = step - window.First;
        if (index < 0 || index >= window.Count)
            return;

        sums[index] += growth;
        counted[index] = true;
        recovered[index] |= isRecovered;
        longGap[index] |= isRecovered && isLong;
    }
}
