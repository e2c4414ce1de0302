using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Planning;
using SloRollback.Prometheus.Scraping;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Reading;

/// <summary>The growth of one selector's counters in each step, as the server summed it.</summary>
internal sealed class SummedRow(int steps)
{
    private readonly double[] sums = new double[steps];
    private readonly double[] first = new double[steps];
    private readonly long[] firstTime = new long[steps];

    /// <summary>The time of the newest sub-step with samples; 0 without any.</summary>
    public long Newest { get; private set; }

    /// <summary>Was any counter sampled in the step?</summary>
    public bool IsPresent(int step) => firstTime[step] != 0;

    /// <summary>The growth in the step.</summary>
    public double Sum(int step) => sums[step];

    /// <summary>The part of it that showed in the first sub-step with samples: after a gap it is the gap's growth.</summary>
    public double First(int step) => first[step];

    public void Add(int step, long time, double growth)
    {
        Newest = Math.Max(Newest, time);
        sums[step] += growth;
        if (firstTime[step] == 0 || time < firstTime[step])
            (firstTime[step], first[step]) = (time, 0);
        if (time == firstTime[step])
            first[step] += growth;
    }
}

/// <summary>Takes the answer to a <see cref="SumExpression"/> apart by selector.</summary>
internal sealed class AggregatedRows : ISeriesSink
{
    private readonly PlannedRead read;
    private readonly StepWindow window;
    private readonly bool isEstimate;
    private readonly SelectorIndex index;
    private readonly SummedRow[] rows;

    public AggregatedRows(PlannedRead read, in StepWindow window, SumExpression sums)
    {
        (this.read, this.window, isEstimate) = (read, window, sums.IsEstimate);
        index = new SelectorIndex(read);
        var steps = window.Count;
        rows = [.. read.Selectors.Select(_ => new SummedRow(steps))];
    }

    public SummedRow Of(int selector) => rows[selector];

    public void Add(ReadOnlySpan<byte> labels, ReadOnlySpan<Sample> samples)
    {
        // A sum has no name; what it is a sum of has.
        var set = new List<(string, string)> { (VectorSelector.NameLabel, read.Metric!) };
        foreach (var label in new LabelsJson(labels))
            set.Add((label.Name, label.Value));

        foreach (var selector in index.Find(new LabelSet(set)))
        {
            foreach (var (time, value) in samples)
            {
                var step = window.StepOf(time) - window.First;
                if (step >= 0 && step < window.Count && double.IsFinite(value))
                    rows[selector].Add((int)step, time, Math.Max(0, value));
            }
        }
    }
}
