using System.Text;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Scraping;

/// <summary>The labels of a series, sorted by name, empty values left out (they are the same as no label).</summary>
internal sealed class LabelSet : IEquatable<LabelSet>
{
    private readonly (string Name, string Value)[] labels;
    private readonly string key;

    public LabelSet(IEnumerable<(string Name, string Value)> labels)
    {
        this.labels = [.. labels.Where(l => l.Value.Length > 0).OrderBy(l => l.Name, StringComparer.Ordinal)];

        // Names and values are length-prefixed, so no value can imitate a border.
        var text = new StringBuilder();
        foreach (var (name, value) in this.labels)
            text.Append(name.Length).Append(':').Append(name).Append(value.Length).Append(':').Append(value);

        key = text.ToString();
    }

    /// <summary>The metric's name, possibly empty.</summary>
    public string Name => this[VectorSelector.NameLabel];

    /// <summary>A label's value; empty when there is none.</summary>
    public string this[string name]
    {
        get
        {
            foreach (var label in labels)
            {
                if (string.Equals(label.Name, name, StringComparison.Ordinal))
                    return label.Value;
            }

            return "";
        }
    }

    /// <summary>The same labels under another metric name.</summary>
    public LabelSet Rename(string name) => new([.. labels.Where(l => l.Name is not VectorSelector.NameLabel), (VectorSelector.NameLabel, name)]);

    /// <summary>With the labels of the target; exposed ones of the same names are kept as <c>exported_…</c>, as Prometheus does.</summary>
    public LabelSet WithTarget(string job, string instance) =>
        new([.. labels.Select(l => l.Name is "job" or "instance" ? ("exported_" + l.Name, l.Value) : l), ("job", job), ("instance", instance)]);

    /// <summary>The labels without one of them, as people write them.</summary>
    public string NameWithout(string label) => SelectorText.Of(
        [.. labels.Where(l => !string.Equals(l.Name, label, StringComparison.Ordinal)).Select(l => new SeriesMatcher(l.Name, MatchOperator.Equal, l.Value)).Order()]);

    public bool Equals(LabelSet? other) => other is not null && string.Equals(key, other.key, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => string.GetHashCode(key, StringComparison.Ordinal);
}
