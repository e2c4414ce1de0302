using SloRollback.Prometheus.Scraping;

namespace SloRollback.Prometheus.Planning;

/// <summary>Tells to which of a read's selectors a series belongs, without trying each of thousands.</summary>
internal sealed class SelectorIndex
{
    private readonly PlannedRead read;
    private readonly string[] labels;
    private readonly Dictionary<string, List<int>> byValues = new(StringComparer.Ordinal);

    public SelectorIndex(PlannedRead read)
    {
        this.read = read;

        // Labels that every selector wants to have one value: a series' values name the few selectors that can match.
        labels = [.. read.Labels.Where(l => read.Selectors.All(s => s.On(l) is [{ Operator: Selectors.MatchOperator.Equal }]))];
        for (var i = 0; i < read.Selectors.Length; i++)
        {
            var selector = read.Selectors[i];
            var key = Key(l => selector.On(l)[0].Value);
            if (!byValues.TryGetValue(key, out var among))
                byValues[key] = among = [];
            among.Add(i);
        }
    }

    /// <summary>The indices of the selectors that a series belongs to. A selector that the server alone understands has a read of its own.</summary>
    public int[] Find(LabelSet series)
    {
        if (read.Selectors is [{ Matcher: null }])
            return [0];

        return byValues.TryGetValue(Key(l => series[l]), out var among) ? [.. among.Where(i => read.Selectors[i].Matcher!.IsMatch(series))] : [];
    }

    // Lengths keep values apart that hold the border.
    private string Key(Func<string, string> value) => string.Concat(labels.Select(l => value(l) is var v ? $"{v.Length}:{v}" : ""));
}
