using System.Collections.Immutable;
using NodaTime;
using SloRollback.Policies;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads a condition: the name of a built-in one, or an object with exactly one kind of condition.</summary>
/// <param name="scope">The objective that the condition is about.</param>
/// <param name="isRollback">
/// Whether the rule is judged for each deployment: its built-in conditions count only errors since then.
/// </param>
internal sealed class ConditionReader(ObjectiveScope scope, bool isRollback)
{
    /// <summary>What a rollback rule without a condition means.</summary>
    public const string DefaultForRollbacks = "page";

    private const string ForExample = "{ \"Duration\": \"10m\", \"SliBelow\": { ... } }";
    private const string Join = "join them with \"All\" or \"Any\"";

    public Condition? Read(ConfigurationNode node)
    {
        if (node.IsObject())
            return ReadObject(node);
        return node.Children.IsEmpty ? ReadBuiltIn(node.Text!.Trim(), node.Path) : null;
    }

    /// <summary>The condition of a built-in name; <see langword="null"/> when it is reported as unknown or as unfit for the objective.</summary>
    public Condition? ReadBuiltIn(string text, string path)
    {
        if (BurnRatePairs.Names.FirstOrDefault(known => Same(known, text)) is not { } name)
        {
            scope.Context.Log.Fault(path, UnknownBuiltIn(text));
            return null;
        }

        if (scope.Target is not { } target || scope.PeriodLength is not { } period)
            return null;

        if (BurnRatePairs.Create(name, target, period, isRollback) is not { } condition)
        {
            scope.Context.Log.Fault(
                path,
                $"the built-in \"{name}\" can never fire at {target} over {PeriodLengths.Describe(scope.Period!)}:"
                    + " each of its pairs needs more than the whole budget, or more errors than there are events; write a condition");
            return null;
        }

        return LookbackReader.FitsGrid(condition, name, path, scope) ? condition : null;
    }

    private Condition? ReadObject(ConfigurationNode node)
    {
        if (node.Children.IsEmpty)
            node.Fault($"holds no condition; one of: {string.Join(", ", KnownKeys.When.Keys)}, or {Quoted(BurnRatePairs.Names)}");
        return ReadOne(node, node.Children);
    }

    /// <summary>Reads a place's only condition; more of them, and keys that are none, are reported.</summary>
    private Condition? ReadOne(ConfigurationNode node, ImmutableArray<ConfigurationNode> written)
    {
        foreach (var child in written.Where(child => !KnownKeys.When.Contains(child.Key)))
            child.Fault(UnknownKind(child.Key));
        if (written.Length > 1)
            node.Fault($"holds {written.Length} conditions where one belongs: {Listed(written)}; {Join}");

        // All of them are read, so that all faults are found.
        Condition?[] conditions = [.. written.Select(ReadKind)];
        return conditions.Length == 1 ? conditions[0] : null;
    }

    private Condition? ReadKind(ConfigurationNode node) => KnownKeys.When.Keys.FirstOrDefault(kind => Same(kind, node.Key)) switch
    {
        "BurnRate" => BurnConditionReader.ReadBurnRate(node, scope),
        "MultiWindowBurnRate" => BurnConditionReader.ReadMultiWindow(node, scope),
        "BudgetRemaining" => BudgetConditionReader.ReadRemaining(node, scope),
        "BudgetConsumed" => BudgetConditionReader.ReadConsumed(node, scope),
        "BudgetConsumedSinceDeployment" => BudgetConditionReader.ReadConsumedSinceDeployment(node, scope),
        "SliBelow" => BurnConditionReader.ReadSliBelow(node, scope),
        "TrafficLost" => TrafficConditionReader.Read(node, scope, isRollback),
        "For" => ReadFor(node),
        "All" => ReadParts(node) is { } parts ? new AllCondition { Conditions = parts } : null,
        "Any" => ReadParts(node) is { } parts ? new AnyCondition { Conditions = parts } : null,
        _ => null,
    };

    private ForCondition? ReadFor(ConfigurationNode node)
    {
        if (!node.IsObject())
        {
            if (node.Children.IsEmpty)
                node.Fault($"\"{node.Text}\" is a single value; example: {ForExample}");
            return null;
        }

        var duration = node.Required<Duration>("Duration", HumanDuration.TryParse, "\"10m\"");
        var fault = duration <= Duration.Zero ? "is no duration; example: \"10m\""
            : duration is { } length ? scope.GridFault(length)
            : null;
        if (fault is not null)
            node.Fault("Duration", $"{HumanDuration.Format(duration!.Value)} {fault}");

        ImmutableArray<ConfigurationNode> written = [.. node.Children.Where(child => !KnownKeys.For.Contains(child.Key))];
        if (written.IsEmpty)
            node.Fault($"holds no condition beside Duration; example: {ForExample}");
        return ReadOne(node, written) is { } condition && duration is not null && fault is null
            ? new ForCondition { Duration = duration.Value, Condition = condition }
            : null;
    }

    private ImmutableArray<Condition>? ReadParts(ConfigurationNode node)
    {
        var entries = node.Entries("condition");
        if (entries.IsEmpty && string.IsNullOrWhiteSpace(node.Text))
            node.Fault("holds no conditions; example: { \"fast\": { ... }, \"slow\": { ... } }");

        Condition?[] parts = [.. entries.Select(Read)];
        return parts.Length == 0 || parts.Contains(null) ? null : [.. parts.OfType<Condition>()];
    }

    private static string UnknownBuiltIn(string text)
    {
        if (KnownKeys.ConditionsToCome.Any(name => Same(name, text)))
            return $"\"{text}\" is not supported yet; known: {string.Join(", ", BurnRatePairs.Names)}";
        if (KnownKeys.When.Keys.FirstOrDefault(kind => Same(kind, text)) is { } key)
            return $"\"{text}\" is a key; write {{ \"{key}\": {(key == "TrafficLost" ? "{}" : "...")} }}";

        var suggestion = Nearest.Find(text, BurnRatePairs.Names) is { } near ? $"did you mean \"{near}\"? " : "";
        return $"\"{text}\" is not a built-in condition; {suggestion}known: {string.Join(", ", BurnRatePairs.Names)}";
    }

    private static string UnknownKind(string key)
    {
        if (KnownKeys.ConditionsToCome.Any(name => Same(name, key)))
            return $"is not supported yet; known: {string.Join(", ", KnownKeys.When.Keys)}";

        return Nearest.Find(key, KnownKeys.When.Keys) is { } near
            ? $"is not a condition; did you mean \"{near}\"?"
            : $"is not a condition; known: {string.Join(", ", KnownKeys.When.Keys)}";
    }

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static string Listed(ImmutableArray<ConfigurationNode> nodes) => string.Join(", ", nodes.Select(node => node.Key));

    private static string Quoted(IEnumerable<string> names) => string.Join(" or ", names.Select(name => $"\"{name}\""));
}
