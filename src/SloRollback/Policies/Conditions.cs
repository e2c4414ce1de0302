namespace SloRollback.Policies;

/// <summary>Looks into conditions.</summary>
internal static class Conditions
{
    /// <summary>A condition and all parts of it.</summary>
    public static IEnumerable<Condition> Of(Condition condition) => condition switch
    {
        AllCondition all => all.Conditions.SelectMany(Of).Prepend(all),
        AnyCondition any => any.Conditions.SelectMany(Of).Prepend(any),
        ForCondition held => Of(held.Condition).Prepend(held),
        _ => [condition],
    };
}
