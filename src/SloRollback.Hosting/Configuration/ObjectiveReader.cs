using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Policies;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads one objective: target, period, indicator and rules.</summary>
internal static class ObjectiveReader
{
    private static readonly string[] Selectors = ["Good", "Bad", "Valid"];

    public static Objective? Read(ConfigurationNode node, ServiceTarget service, ReaderContext context)
    {
        var id = node.Id();
        if (!node.CheckKeys(KnownKeys.Objective))
            return null;

        var target = node.Required<ObjectiveTarget>("Target", ObjectiveTarget.TryParse, "\"99.9%\"");
        var period = ReadPeriod(node, context.Step);
        var indicator = ReadIndicator(node, context);
        var scope = new ObjectiveScope(service, target, period, context);
        ImmutableArray<PolicyRule> rules =
            [.. (node.Child("Rules")?.Entries("rule") ?? []).Select(rule => RuleReader.Read(rule, scope)).OfType<PolicyRule>()];

        if (id is null || target is null || period is null || indicator is null)
            return null;

        return new Objective
        {
            Id = id,
            Target = target.Value,
            Period = CompliancePeriod.Rolling(period.Value),
            Indicator = indicator,
            Rules = rules,
        };
    }

    private static Duration? ReadPeriod(ConfigurationNode node, Duration? step)
    {
        var period = node.Value<Duration>("Period", PeriodParser.TryParse, PeriodParser.Default);
        if (period < step)
        {
            node.Fault("Period", $"{HumanDuration.Format(period.Value)} is shorter than one step, {HumanDuration.Format(step.Value)}");
            return null;
        }

        return period;
    }

    private static EventRatioIndicator? ReadIndicator(ConfigurationNode node, ReaderContext context)
    {
        const string Example = "{ \"Valid\": \"http_requests_total\", \"Bad\": \"http_requests_total{code=~'5..'}\" }";
        if (node.Child("Indicator") is not { } place)
        {
            node.Missing("Indicator", Example);
            return null;
        }

        if (!place.CheckKeys(KnownKeys.Indicator))
            return null;

        var indicator = new EventRatioIndicator { Good = place.String("Good"), Bad = place.String("Bad"), Valid = place.String("Valid") };
        string[] given = [.. Selectors.Where(key => place.Child(key) is not null)];
        if (given.Length != 2)
            place.Fault($"needs exactly two of Good, Bad and Valid, and has {Listed(given)}; example: {Example}");

        var source = context.Providers.Resolve(ProviderKind.MetricSource, place.String("Source"), place.PathOf("Source"), context.Log);
        return source is null || given.Length != 2 ? null : indicator with { Source = source };
    }

    private static string Listed(string[] keys) => keys.Length switch
    {
        0 => "none",
        1 => keys[0],
        _ => "all three",
    };
}
