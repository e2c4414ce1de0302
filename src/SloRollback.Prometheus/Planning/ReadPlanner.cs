using System.Collections.Immutable;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Planning;

/// <summary>
/// Groups what is read so that the server is asked once per metric, and not once per objective:
/// <list type="number">
/// <item>The two selectors of an indicator are read as one where one holds the other, or where they differ in the values of the same
/// labels: a share of bad among valid requests costs what the valid ones cost.</item>
/// <item>What another read holds anyway is taken from it.</item>
/// <item>Reads of one metric that differ only in the values of labels become one.</item>
/// </list>
/// Pure: the same selectors give the same plan.
/// </summary>
internal static class ReadPlanner
{
    // Two labels that differ are read as all pairs of their values: at most this many times what was asked for.
    private const int MostWaste = 2;

    /// <summary>Plans.</summary>
    /// <param name="pairs">The indicators' selectors, checked.</param>
    /// <param name="maximumSelectors">How many selectors one read serves at most, at least 2.</param>
    public static ReadPlan Plan(IReadOnlyList<SelectorPair> pairs, int maximumSelectors)
    {
        var selectors = pairs.SelectMany(p => new[] { p.First, p.Second }).Distinct(StringComparer.Ordinal).ToDictionary(t => t, CounterSelector.Create, StringComparer.Ordinal);
        var groups = pairs.Select(p => (First: selectors[p.First], Second: selectors[p.Second]))
            .SelectMany(p => SelectorUnion.IsClose(p.First, p.Second) ? [[p.First, p.Second]] : new List<CounterSelector>[] { [p.First], [p.Second] })
            .ToList();

        var reads = Held(groups).GroupBy(Template, StringComparer.Ordinal)
            .SelectMany(g => g.Key.Length == 0 ? g.Select(group => new List<List<CounterSelector>> { group }) : Apart([.. g]))
            .SelectMany(g => Chunk(g, maximumSelectors))
            .Select(g => new PlannedRead([.. g]))
            .OrderBy(r => r.Selector, StringComparer.Ordinal)
            .ToImmutableArray();

        var slots = new Dictionary<CounterSelector, SelectorSlot>();
        for (var read = 0; read < reads.Length; read++)
        {
            for (var selector = 0; selector < reads[read].Selectors.Length; selector++)
                slots.TryAdd(reads[read].Selectors[selector], new SelectorSlot(read, selector));
        }

        return new ReadPlan(reads, [.. pairs.Select(p => (slots[selectors[p.First]], slots[selectors[p.Second]], p.IsBucket))]);
    }

    // The groups that no other holds, with what they hold of others. Those with the fewest conditions hold the most.
    private static List<List<CounterSelector>> Held(List<List<CounterSelector>> groups)
    {
        var byConditions = new Dictionary<string, List<CounterSelector>>(StringComparer.Ordinal);
        var placed = new HashSet<CounterSelector>();
        var matchers = groups.Select(g => (Group: g, Matchers: SelectorUnion.Of(g))).OrderBy(g => g.Matchers.Length).ThenBy(g => SelectorText.Of(g.Matchers), StringComparer.Ordinal);
        foreach (var (group, all) in matchers)
        {
            // What only the server can tell apart is held by nothing but itself.
            var canShare = group.TrueForAll(s => s.CanShare);
            var key = canShare ? SelectorText.Of(all) : "\0" + group[0].Text;
            var holder = canShare ? Subsets(all).Select(s => byConditions.GetValueOrDefault(s)).FirstOrDefault(h => h is not null) : byConditions.GetValueOrDefault(key);
            if (holder is null)
                byConditions[key] = holder = [];
            holder.AddRange(group.Where(placed.Add));
        }

        return [.. byConditions.Values.Where(g => g.Count > 0)];
    }

    // All ways to leave out conditions but the metric's name, the widest first; of very many conditions only the whole.
    private static IEnumerable<string> Subsets(ImmutableArray<SeriesMatcher> matchers)
    {
        const int MostConditions = 8;
        var count = matchers.Length - 1;
        if (count > MostConditions)
            return [SelectorText.Of(matchers)];

        return Enumerable.Range(0, 1 << count).OrderBy(int.PopCount).Select(set => SelectorText.Of(matchers.Where((_, i) => i == 0 || (set >> (i - 1) & 1) == 1)));
    }

    // What two groups have in common when they differ in the values of labels only; empty for what cannot share.
    private static string Template(List<CounterSelector> group) => group.TrueForAll(s => s.CanShare)
        ? SelectorText.Of(SelectorUnion.Of(group).Select(m => IsValue(m) ? m with { Value = "" } : m))
        : "";

    private static bool IsValue(SeriesMatcher matcher) => matcher is { Operator: MatchOperator.Equal, Label: not VectorSelector.NameLabel };

    // Groups of one template, put together so that few pairs of values are read that nobody asked for.
    private static IEnumerable<List<List<CounterSelector>>> Apart(List<List<CounterSelector>> groups)
    {
        var values = SelectorUnion.Of(groups[0]).Where(IsValue).Select(m => m.Label).ToList();
        var distinct = values.Select(label => (Label: label, Values: groups.Select(g => ValueOf(g, label)).Distinct(StringComparer.Ordinal).Count())).Where(l => l.Values > 1).OrderBy(l => l.Values).ToList();
        var read = distinct.Aggregate(1.0, (product, l) => product * l.Values);
        if (distinct.Count < 2 || read <= (double)MostWaste * groups.Count)
            return [groups];

        return groups.GroupBy(g => ValueOf(g, distinct[0].Label), StringComparer.Ordinal).SelectMany(g => Apart([.. g]));
    }

    private static string ValueOf(List<CounterSelector> group, string label) => SelectorUnion.Of(group).First(m => IsValue(m) && string.Equals(m.Label, label, StringComparison.Ordinal)).Value;

    // The selectors of one group stay together where they fit.
    private static IEnumerable<List<CounterSelector>> Chunk(List<List<CounterSelector>> groups, int maximumSelectors)
    {
        var chunk = new List<CounterSelector>();
        foreach (var group in groups)
        {
            if (chunk.Count > 0 && chunk.Count + group.Count > maximumSelectors)
            {
                yield return chunk;
                chunk = [];
            }

            chunk.AddRange(group);
        }

        yield return chunk;
    }
}
