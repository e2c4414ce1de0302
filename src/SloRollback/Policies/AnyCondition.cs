using System.Collections.Immutable;

namespace SloRollback.Policies;

/// <summary>Breached when any part is; not breached only when all parts are not (Kleene logic).</summary>
public sealed record AnyCondition : Condition
{
    /// <summary>The parts, at least one.</summary>
    public required ImmutableArray<Condition> Conditions { get => field.IsDefault ? [] : field; init; }

    /// <inheritdoc/>
    public bool Equals(AnyCondition? other) => other is not null && Conditions.SequenceEqual(other.Conditions);

    /// <inheritdoc/>
    public override int GetHashCode() => Conditions.Aggregate(2, HashCode.Combine);
}
