using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Planning;
using SloRollback.Prometheus.Scraping;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Reading;

/// <summary>Takes the answers to <see cref="SumExpression"/>s apart by selector, one answer after the other.</summary>
internal sealed class AggregatedRows : ISeriesSink
{
    // Labels such as a pod's come and go for ever.
    private const int AnswersToRemember = 60;

    private readonly PlannedRead read;
    private readonly SelectorIndex index;
    private readonly SummedRow[] rows;

    // The same sums come step after step: which selectors they are of is found out once.
    private readonly Dictionary<byte[], int[]> selectors = new(LabelBytes.Comparer);
    private readonly Dictionary<byte[], int[]>.AlternateLookup<ReadOnlySpan<byte>> byLabels;
    private StepWindow window;
    private int answers;

    public AggregatedRows(PlannedRead read)
    {
        this.read = read;
        index = new SelectorIndex(read);
        byLabels = selectors.GetAlternateLookup<ReadOnlySpan<byte>>();
        rows = [.. read.Selectors.Select(_ => new SummedRow())];
    }

    /// <summary>Number of sums of which it is known whose they are.</summary>
    public int Remembered => selectors.Count;

    public SummedRow Of(int selector) => rows[selector];

    /// <summary>Begins with another answer.</summary>
    /// <param name="steps">Its steps.</param>
    /// <param name="every">The time between two sums, in milliseconds.</param>
    public void BeginRead(in StepWindow steps, long every)
    {
        window = steps;
        if (++answers % AnswersToRemember == 0)
            selectors.Clear();
        foreach (var row in rows)
            row.Clear(steps.Count, every);
    }

    public void Add(ReadOnlySpan<byte> labels, ReadOnlySpan<Sample> samples)
    {
        if (!byLabels.TryGetValue(labels, out var of))
            byLabels[labels] = of = Find(labels);

        foreach (var selector in of)
        {
            foreach (var (time, value) in samples)
            {
                var step = window.StepOf(time) - window.First;
                if (step >= 0 && step < window.Count && double.IsFinite(value))
                    rows[selector].Add((int)step, time, Math.Max(0, value));
            }
        }
    }

    // A sum has no name; what it is a sum of has.
    private int[] Find(ReadOnlySpan<byte> labels)
    {
        var set = new List<(string, string)> { (VectorSelector.NameLabel, read.Metric!) };
        foreach (var label in new LabelsJson(labels))
            set.Add((label.Name, label.Value));
        return index.Find(new LabelSet(set));
    }
}
