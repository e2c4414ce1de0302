using System.Collections.Immutable;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Planning;

/// <summary>Conditions that all series of some selectors meet.</summary>
internal static class SelectorUnion
{
    /// <summary>The narrowest conditions that can be told from the texts: what is said of a label in one selector only is not said at all.</summary>
    /// <param name="selectors">At least one.</param>
    public static ImmutableArray<SeriesMatcher> Of(IReadOnlyCollection<CounterSelector> selectors)
    {
        var first = selectors.First().Matchers;
        if (selectors.Count == 1)
            return first;

        var result = ImmutableArray.CreateBuilder<SeriesMatcher>();
        foreach (var label in first.Select(m => m.Label).Distinct(StringComparer.Ordinal))
        {
            var said = selectors.Select(s => s.On(label)).ToList();
            if (said.TrueForAll(m => m.SequenceEqual(said[0])))
                result.AddRange(said[0]);
            else if (said.TrueForAll(m => m is [{ IsPositive: true }]))
                result.Add(OneOf(label, said.Select(m => m[0])));
        }

        return result.ToImmutable();
    }

    /// <summary>
    /// May two selectors be read as one, since together that is hardly more than both? So it is when one holds the other, or when they
    /// differ in what they say of the same labels.
    /// </summary>
    public static bool IsClose(CounterSelector a, CounterSelector b) =>
        a.CanShare && b.CanShare && a.Matchers[0] == b.Matchers[0] && (Holds(a, b) || Holds(b, a) || HaveSameLabels(a, b));

    // As far as the texts tell.
    private static bool Holds(CounterSelector wide, CounterSelector narrow) => wide.Matchers.All(m => narrow.Matchers.Contains(m));

    private static bool HaveSameLabels(CounterSelector a, CounterSelector b) =>
        a.Matchers.Select(m => m.Label).ToHashSet(StringComparer.Ordinal).SetEquals(b.Matchers.Select(m => m.Label));

    private static SeriesMatcher OneOf(string label, IEnumerable<SeriesMatcher> positive) =>
        new(label, MatchOperator.Matches, string.Join('|', positive.Distinct().Order().Select(m => m.Pattern)));
}
