using SloRollback.Indicators;

namespace SloRollback.Prometheus.Selectors;

/// <summary>The two selectors of an event ratio, in the order good, bad, valid.</summary>
/// <param name="First">The first one given.</param>
/// <param name="Second">The second one given.</param>
internal readonly record struct IndicatorSelectors(string First, string Second)
{
    /// <summary>The selectors of an indicator, or why it cannot be read.</summary>
    public static IndicatorSelectors? Of(Indicator indicator, out SliOutcome? rejected)
    {
        rejected = null;
        if (indicator is not EventRatioIndicator ratio)
        {
            rejected = Reject($"an indicator of the kind {indicator.GetType().Name} is not understood by this source");
            return null;
        }

        var given = Given(ratio).ToArray();
        if (given.Length != 2)
        {
            rejected = Reject("two of Good, Bad and Valid are needed");
            return null;
        }

        foreach (var (name, selector) in given)
        {
            if (!VectorSelectorParser.TryParse(selector, out _, out var error))
            {
                rejected = Reject($"{name} {error}");
                return null;
            }
        }

        return new IndicatorSelectors(given[0].Selector, given[1].Selector);
    }

    /// <summary>The selectors that are given, with the names of their settings.</summary>
    public static IEnumerable<(string Name, string Selector)> Given(EventRatioIndicator ratio)
    {
        if (ratio.Good is { } good)
            yield return (nameof(ratio.Good), good);
        if (ratio.Bad is { } bad)
            yield return (nameof(ratio.Bad), bad);
        if (ratio.Valid is { } valid)
            yield return (nameof(ratio.Valid), valid);
    }

    private static SliOutcome Reject(string detail) => SliOutcome.Failed(UnmeasuredReason.QueryRejected, detail, transient: false);
}
