using System.Collections.Immutable;

namespace SloRollback.Hosting.Configuration;

/// <summary>Every key that the reader knows. <c>docs/configuration.md</c> lists the same, and a test compares them.</summary>
internal static class KnownKeys
{
    private const string OneService = "SloRollback:Services:{service}";
    private const string OneObjective = OneService + ":Objectives:{objective}";
    private const string OneIndicator = OneObjective + ":Indicator";
    private const string OneRule = OneObjective + ":Rules:{rule}";
    private const string OneCondition = OneRule + ":When";

    public static KeySet Root { get; } =
        new("SloRollback", [.. SettingDefinitions.All.Select(setting => setting.Name), BackFillReader.Key, "Downtimes", "EvidenceDirectory", "Services"]);

    public static KeySet BackFill { get; } =
        new("SloRollback:BackFill", [nameof(BackFillOptions.Enabled), nameof(BackFillOptions.Pause), nameof(BackFillOptions.Chunk)]);

    /// <summary>The same at a service and at an objective.</summary>
    public static KeySet Downtime { get; } = new(
        "SloRollback:Downtimes:{downtime}", ["Every", "On", "At", "For", "Zone", "From", "Until", "Start", "End", "Reason"]);

    public static KeySet Service { get; } =
        new(OneService, ["Name", "Environment", "Deploys", "Objectives", "DependsOn", "Downtimes"]);

    public static KeySet Deploys { get; } = new(OneService + ":Deploys", ["Provider", "Infrastructure", "Namespace", "Workload"]);

    public static KeySet Objective { get; } = new(
        OneObjective,
        ["Target", "Period", "Indicator", "MeasuredElsewhere", "Budgeting", "Slices", "Rules", "Downtimes", "Resets", "Annotations"]);

    public static KeySet Period { get; } = new(OneObjective + ":Period", ["Calendar", "Zone", "StartsOn", "StartMonth", "StartDay"]);

    public static KeySet Indicator { get; } = new(OneIndicator, ["Source", "Good", "Bad", "Valid", "Latency", "Gauge", "Composite", "Set"]);

    /// <summary>Beside the keys of a ready-made set.</summary>
    public static ImmutableArray<string> IndicatorSet { get; } = ["Set", "Source"];

    public static KeySet Latency { get; } = new(OneIndicator + ":Latency", ["Histogram", "Threshold"]);

    public static KeySet Composite { get; } = new(OneIndicator + ":Composite", ["Kind", "Members"]);

    public static KeySet Member { get; } = new(OneIndicator + ":Composite:Members:{member}", ["Weight"]);

    public static KeySet Slices { get; } = new(OneObjective + ":Slices", ["Length", "Good", "Consecutive", "Retroactive", "Missing"]);

    public static KeySet Reset { get; } = new(OneObjective + ":Resets:{reset}", ["At", "Reason", "By"]);

    public static KeySet Annotation { get; } = new(OneObjective + ":Annotations:{annotation}", ["At", "Start", "End", "Text"]);

    public static KeySet Rule { get; } = new(OneRule, ["When", "Rollback", "Notify", "MinimumValid", "MinimumBad"]);

    public static KeySet Rollback { get; } = new(OneRule + ":Rollback", ["Window", "AllowLongWindow", "Mode", "Target"]);

    public static KeySet Target { get; } = new(OneRule + ":Rollback:Target", Deploys.Keys);

    public static KeySet When { get; } = new(
        OneCondition,
        [
            "BurnRate", "MultiWindowBurnRate", "BudgetRemaining", "BudgetConsumed", "BudgetConsumedSinceDeployment", "SliBelow",
            "TrafficLost", "For", "All", "Any",
        ]);

    public static KeySet BurnRate { get; } = new(OneCondition + ":BurnRate", ["Lookback", "Above", "SinceDeployment"]);

    public static KeySet MultiWindowBurnRate { get; } =
        new(OneCondition + ":MultiWindowBurnRate", ["Long", "Short", "Above", "SinceDeployment"]);

    public static KeySet BudgetConsumed { get; } = new(OneCondition + ":BudgetConsumed", ["Lookback", "Above"]);

    public static KeySet BudgetConsumedSinceDeployment { get; } = new(OneCondition + ":BudgetConsumedSinceDeployment", ["Above"]);

    public static KeySet SliBelow { get; } = new(OneCondition + ":SliBelow", ["Value", "Lookback"]);

    public static KeySet TrafficLost { get; } = new(OneCondition + ":TrafficLost", ["BelowShare"]);

    /// <summary>Beside one key of <see cref="When"/>.</summary>
    public static KeySet For { get; } = new(OneCondition + ":For", ["Duration"]);

    public static ImmutableArray<KeySet> All { get; } =
    [
        Root, BackFill, Downtime, Service, Deploys, Objective, Period, Indicator, Latency, Composite, Member, Slices, Reset, Annotation,
        Rule, Rollback, Target,
        When, BurnRate, MultiWindowBurnRate, BudgetConsumed, BudgetConsumedSinceDeployment, SliBelow, TrafficLost, For,
    ];

    /// <summary>Conditions of SEMANTICS §5 that have a name already and no meaning yet.</summary>
    public static ImmutableArray<string> ConditionsToCome { get; } = ["ReleaseFault"];
}
