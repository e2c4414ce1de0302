using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Expressions;

/// <summary>A series of an answer with its labels.</summary>
internal sealed class LabelledSeries(SortedDictionary<string, string> labels)
{
    public IReadOnlyDictionary<string, string> Labels => labels;

    public List<Sample> Samples { get; } = [];

    /// <summary>The labels as a text that no other labels have: <c>{instance="a:80",job="b"}</c>.</summary>
    public string Name => NameWithout(null);

    /// <summary>The same without one of the labels.</summary>
    public string NameWithout(string? label) =>
        "{" + string.Join(',', labels.Where(l => l.Key != label).Select(l => $"{l.Key}={PromQlString.Quote(l.Value)}")) + "}";

    /// <summary>What two series differ in, for people: <c>instance ("a:80", "b:80")</c>.</summary>
    public static string Difference(LabelledSeries one, LabelledSeries other)
    {
        var names = one.Labels.Keys.Union(other.Labels.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var differing = names.Select(name => (name, a: one.Labels.GetValueOrDefault(name, ""), b: other.Labels.GetValueOrDefault(name, ""))).Where(l => l.a != l.b);
        return string.Join(", ", differing.Select(l => $"{l.name} ({PromQlString.Quote(l.a)}, {PromQlString.Quote(l.b)})"));
    }

    /// <summary>Keeps the series of an answer with their labels, for answers of a few series.</summary>
    internal sealed class Sink : ISeriesSink
    {
        private readonly Dictionary<string, LabelledSeries> byName = new(StringComparer.Ordinal);

        public IReadOnlyCollection<LabelledSeries> Series => byName.Values;

        public void Add(ReadOnlySpan<byte> labels, ReadOnlySpan<Sample> samples)
        {
            var read = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var label in new LabelsJson(labels))
                read[label.Name] = label.Value;

            var series = new LabelledSeries(read);
            var name = series.Name;
            if (byName.TryGetValue(name, out var known))
                series = known;
            else
                byName[name] = series;

            foreach (var sample in samples)
            {
                // An answer that was read in parts gives a series once for each.
                if (series.Samples.Count == 0 || sample.Time > series.Samples[^1].Time)
                    series.Samples.Add(sample);
            }
        }
    }
}
