using System.Collections.Immutable;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Planning;

/// <summary>One question to the server, for the counters of one or of many indicators.</summary>
internal sealed class PlannedRead
{
    /// <summary>A read of some selectors at once.</summary>
    /// <param name="selectors">At least one; several of one metric only, all of which can share.</param>
    public PlannedRead(ImmutableArray<CounterSelector> selectors)
    {
        Selectors = selectors;
        Matchers = SelectorUnion.Of(selectors);
        Selector = SelectorText.Of(Matchers);
        Metric = selectors.All(s => s.CanShare) ? Matchers[0].Value : null;
        Labels =
        [
            .. selectors.SelectMany(s => s.Matchers).Select(m => m.Label).Where(l => l is not VectorSelector.NameLabel)
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The vector selector that reads all their series.</summary>
    public string Selector { get; }

    /// <summary>Its conditions.</summary>
    public ImmutableArray<SeriesMatcher> Matchers { get; }

    /// <summary>The selectors that are served.</summary>
    public ImmutableArray<CounterSelector> Selectors { get; }

    /// <summary>The labels that tell to which of the selectors a series belongs, sorted.</summary>
    public ImmutableArray<string> Labels { get; }

    /// <summary>The metric's name; <see langword="null"/> where the server alone can tell what belongs to the selector.</summary>
    public string? Metric { get; }

    /// <summary>The same in two halves, for a server that finds it too much; <see langword="null"/> when it serves one selector only.</summary>
    public (PlannedRead First, PlannedRead Second)? Split() =>
        Selectors.Length < 2 ? null : (new PlannedRead(Selectors[..(Selectors.Length / 2)]), new PlannedRead(Selectors[(Selectors.Length / 2)..]));

    public override string ToString() => Selector;
}
