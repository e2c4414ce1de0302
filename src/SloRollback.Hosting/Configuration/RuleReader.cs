using System.Collections.Immutable;
using SloRollback.Policies;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads one rule: a condition, and a rollback, somebody to notify, or both.</summary>
internal static class RuleReader
{
    // Of slices it takes fewer (SEMANTICS §5).
    private const long MinimumBadSlices = 3;

    private static readonly PolicyRule Defaults = new() { Id = "", When = new AnyCondition { Conditions = [] } };

    public static PolicyRule? Read(ConfigurationNode node, ObjectiveScope scope)
    {
        var id = node.Id();
        if (!node.CheckKeys(KnownKeys.Rule))
            return null;

        var rollbackPlace = node.Child("Rollback");
        var notify = ReadNotify(node.Child("Notify"), scope.Context.Providers);
        if (rollbackPlace is null && node.Child("Notify") is null or { Children.IsEmpty: true, Text: null or "" })
            node.Fault("does nothing; give it \"Rollback\" or \"Notify\"");

        var rollback = rollbackPlace is null ? null : RollbackReader.Read(rollbackPlace, scope);
        var when = ReadWhen(node, rollbackPlace is not null, scope);
        var minimumValid = ReadMinimumValid(node, scope);
        var minimumBad = ReadMinimum(node, "MinimumBad", scope.IsSliced ? MinimumBadSlices : Defaults.MinimumBad);
        if (rollback is not null && when is not null)
            WindowLint.Check(rollbackPlace!, NameOf(node.Child("When")), when, rollback.Window, scope);

        if (id is null || when is null || minimumValid is null || minimumBad is null || (rollback is null && rollbackPlace is not null))
            return null;

        return new PolicyRule
        {
            Id = id,
            When = when,
            Rollback = rollback,
            Notify = notify,
            MinimumValid = minimumValid.Value,
            MinimumBad = minimumBad.Value,
        };
    }

    private static Condition? ReadWhen(ConfigurationNode node, bool isRollback, ObjectiveScope scope)
    {
        var reader = new ConditionReader(scope, isRollback);
        if (node.Child("When") is not { } when)
        {
            if (isRollback)
                return reader.ReadBuiltIn(ConditionReader.DefaultForRollbacks, node.PathOf("When"));

            node.Missing("When", "\"page\"");
            return null;
        }

        if (reader.Read(when) is not { } condition)
            return null;
        if (isRollback)
            return SinceDeploymentGuard.Apply(condition, when);

        SinceDeploymentGuard.Warn(condition, when);
        return condition;
    }

    private static string? NameOf(ConfigurationNode? when) =>
        when is null ? ConditionReader.DefaultForRollbacks : when.Text?.Trim() is { Length: > 0 } name ? name : null;

    private static ImmutableArray<string> ReadNotify(ConfigurationNode? node, ProviderNames providers)
    {
        if (node is null)
            return [];

        if (!string.IsNullOrWhiteSpace(node.Text))
        {
            node.Fault($"\"{node.Text}\" is a single value; write {{ \"{node.Text}\": {{}} }}");
            return [];
        }

        return [.. node.Children.Select(child => ReadNotifier(child, providers)).OfType<string>()];
    }

    private static string? ReadNotifier(ConfigurationNode node, ProviderNames providers)
    {
        if (!string.IsNullOrWhiteSpace(node.Text))
        {
            var name = node.Key is [>= '0' and <= '9', ..] ? node.Text : node.Key;
            node.Fault($"\"{node.Text}\" is a single value; notifiers are keys, which files can add to: {{ \"{name}\": {{}} }}");
            return null;
        }

        foreach (var child in node.Children)
            child.Fault("is not known here; a notifier takes no keys in a rule");
        return providers.Resolve(ProviderKind.Notifier, node.Key, node.Path, node.Log);
    }

    private static long? ReadMinimumValid(ConfigurationNode node, ObjectiveScope scope)
    {
        if (!scope.IsSliced)
            return ReadMinimum(node, "MinimumValid", Defaults.MinimumValid);
        if (node.IsAbsent("MinimumValid"))
            return 0;

        node.Fault("MinimumValid", "does not apply to slices: time always passes; MinimumBad counts bad slices");
        return null;
    }

    private static long? ReadMinimum(ConfigurationNode node, string key, long whenAbsent)
    {
        var minimum = node.Value<long>(key, Number.TryParseCount, whenAbsent);
        if (minimum >= 0 || minimum is null)
            return minimum;

        node.Fault(key, $"\"{node.Child(key)?.Text}\" is below 0");
        return null;
    }
}
