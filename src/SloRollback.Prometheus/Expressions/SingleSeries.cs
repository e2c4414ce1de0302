using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Expressions;

/// <summary>
/// The values of what should be one series, step by step. Several series may follow one another, as those of a pod and of the pod that
/// takes its place; two at the same time are a mistake, since nobody knows which of them is meant.
/// </summary>
internal sealed class SingleSeries
{
    private readonly StepWindow window;
    private readonly double[] sums;
    private readonly int[] counts;
    private readonly bool[] conflicts;

    public SingleSeries(IReadOnlyCollection<LabelledSeries> series, in StepWindow window)
    {
        this.window = window;
        sums = new double[window.Count];
        counts = new int[window.Count];
        conflicts = new bool[window.Count];
        var lastOf = new (LabelledSeries? Series, long Time)[window.Count];
        foreach (var one in series.Where(s => s.Samples.Count > 0).OrderBy(s => s.Samples[0].Time))
        {
            foreach (var sample in one.Samples)
                Add(one, sample, lastOf);
        }
    }

    /// <summary>What is wrong when two series were there at the same time, or <see langword="null"/>.</summary>
    public string? Conflict { get; private set; }

    /// <summary>Were there two series in every step that has a value?</summary>
    public bool IsConflictEverywhere => Conflict is not null && !Enumerable.Range(0, window.Count).Any(i => counts[i] > 0 && !conflicts[i]);

    /// <summary>The time of the newest sample.</summary>
    public long? Newest { get; private set; }

    public bool IsConflict(int index) => conflicts[index];

    /// <summary>The mean of a step's samples; <see langword="null"/> when there are none, or two series at once.</summary>
    public double? Mean(int index) => counts[index] == 0 || conflicts[index] ? null : sums[index] / counts[index];

    public bool IsSampled(int index) => counts[index] > 0;

    private void Add(LabelledSeries series, Sample sample, (LabelledSeries? Series, long Time)[] lastOf)
    {
        var index = window.StepOf(sample.Time) - window.First;
        if (index < 0 || index >= window.Count)
            return;

        // Series come in the order of their first samples: one that begins before another has ended is there beside it.
        ref var last = ref lastOf[index];
        if (last.Series is { } other && !ReferenceEquals(other, series) && sample.Time <= last.Time)
        {
            conflicts[index] = true;
            Conflict ??= $"two series where one is expected: they differ in {LabelledSeries.Difference(other, series)}; narrow the selector, or write an expression such as max(…)";
        }

        if (last.Series is null || sample.Time >= last.Time)
            last = (series, sample.Time);

        sums[index] += sample.Value;
        counts[index]++;
        Newest = Math.Max(Newest ?? long.MinValue, sample.Time);
    }
}
