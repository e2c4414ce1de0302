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
        var parts = new List<Part>?[window.Count];
        foreach (var one in series)
        {
            foreach (var sample in one.Samples)
                Add(one, sample, parts);
        }

        for (var i = 0; i < parts.Length; i++)
            conflicts[i] = parts[i] is { Count: > 1 } several && HasConflict(several);
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

    private void Add(LabelledSeries series, Sample sample, List<Part>?[] parts)
    {
        var index = window.StepOf(sample.Time) - window.First;
        if (index < 0 || index >= window.Count)
            return;

        var ofStep = parts[index] ??= new List<Part>(1);
        if (ofStep.Count > 0 && ReferenceEquals(ofStep[^1].Series, series))
            ofStep[^1] = ofStep[^1] with { Last = sample.Time };
        else
            ofStep.Add(new Part(series, sample.Time, sample.Time));

        sums[index] += sample.Value;
        counts[index]++;
        Newest = Math.Max(Newest ?? long.MinValue, sample.Time);
    }

    private bool HasConflict(List<Part> parts)
    {
        parts.Sort((a, b) => a.First.CompareTo(b.First));
        for (var i = 1; i < parts.Count; i++)
        {
            if (parts[i].First > parts[i - 1].Last)
                continue;

            Conflict ??= $"two series where one is expected: they differ in {LabelledSeries.Difference(parts[i - 1].Series, parts[i].Series)};"
                + " narrow the selector, or write an expression such as max(…)";
            return true;
        }

        return false;
    }

    /// <summary>When a series was there in a step.</summary>
    private readonly record struct Part(LabelledSeries Series, long First, long Last);
}
