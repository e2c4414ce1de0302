using System.Collections.Immutable;

namespace SloRollback.Indicators;

/// <summary>
/// A ready-made indicator that configuration refers to by name, <c>"Indicator": { "Set": "aspnetcore", "Job": "checkout" }</c>: it knows
/// the metrics of a framework. Metric sources register those that they can read; a name that is registered twice is the first's.
/// </summary>
public interface IIndicatorSet
{
    /// <summary>The name by which configuration refers to it, whatever its case.</summary>
    string Name { get; }

    /// <summary>
    /// The keys that may stand beside <c>Set</c> and <c>Source</c>. <c>Threshold</c>, where it is one of them, is read as a length of
    /// time above 0; the others are texts.
    /// </summary>
    ImmutableArray<string> Keys { get; }

    /// <summary>Makes the indicator. Has no effect and does no I/O.</summary>
    /// <param name="request">What is written.</param>
    /// <param name="faults">
    /// Where everything that is wrong is added; the path of a fault is the key, or empty for the indicator itself.
    /// </param>
    /// <returns>The indicator, or <see langword="null"/> when there are faults.</returns>
    Indicator? Create(IndicatorSetRequest request, ICollection<ConfigurationFault> faults);
}
