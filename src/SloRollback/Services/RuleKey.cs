namespace SloRollback.Services;

/// <summary>Names one rule of one objective's error-budget policy.</summary>
/// <param name="Objective">The objective that owns the rule.</param>
/// <param name="Rule">The rule's id, unique inside the objective.</param>
public readonly record struct RuleKey(ObjectiveKey Objective, string Rule)
{
    /// <summary>The key as people write it: <c>checkout/production/availability/bad-release</c>.</summary>
    public override string ToString() => $"{Objective}/{Rule}";
}
