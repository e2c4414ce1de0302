using System.Collections.Immutable;
using NodaTime;

namespace SloRollback.Indicators;

/// <summary>What is written beside the name of an <see cref="IIndicatorSet"/>.</summary>
public sealed record IndicatorSetRequest
{
    /// <summary>The texts by key, spelled as in <see cref="IIndicatorSet.Keys"/>; only what is written, and never empty.</summary>
    public ImmutableDictionary<string, string> Values { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The longest time that is still good; <see langword="null"/> when it is not written.</summary>
    public Duration? Threshold { get; init; }
}
