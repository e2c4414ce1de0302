using System.Collections.Immutable;

namespace SloRollback.Policies;

/// <summary>Breached when all parts are: one part not breached is enough for not breached, whatever is unknown (Kleene logic).</summary>
public sealed record AllCondition : Condition
{
    /// <summary>The parts, at least one.</summary>
    public required ImmutableArray<Condition> Conditions { get => field.IsDefault ? [] : field; init; }

    /// <inheritdoc/>
    public bool Equals(AllCondition? other) => other is not null && Conditions.SequenceEqual(other.Conditions);

    /// <inheritdoc/>
    public override int GetHashCode() => Conditions.Aggregate(1, HashCode.Combine);
}
