using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace SloRollback.Indicators;

/// <summary>
/// An objective made of other objectives with the same period. It is computed from its members' steps and read from no source:
/// <see cref="Indicator.Source"/> stays empty.
/// </summary>
public sealed record CompositeIndicator : Indicator
{
    /// <summary>The fewest members of a composite.</summary>
    public const int MinimumMembers = 2;

    /// <summary>The most members of a composite.</summary>
    public const int MaximumMembers = 30;

    /// <summary>How the members are put together.</summary>
    /// <value><see cref="CompositeKind.WeightedAverage"/>.</value>
    [JsonPropertyName("compositeKind")] // "kind" tells the kinds of indicator apart.
    public CompositeKind Kind { get; init; }

    /// <summary>The members, 2 to 30, each once.</summary>
    public required ImmutableArray<CompositeMember> Members { get => field.IsDefault ? [] : field; init; }

    /// <inheritdoc/>
    public bool Equals(CompositeIndicator? other) => base.Equals(other) && Kind == other.Kind && Members.SequenceEqual(other.Members);

    /// <inheritdoc/>
    public override int GetHashCode() => Members.Aggregate(HashCode.Combine(base.GetHashCode(), Kind), HashCode.Combine);
}
