using System.Collections.Immutable;

namespace SloRollback.Hosting.Configuration;

/// <summary>Every key that the reader knows. <c>docs/configuration.md</c> lists the same, and a test compares them.</summary>
internal static class KnownKeys
{
    private const string OneService = "SloRollback:Services:{service}";
    private const string OneObjective = OneService + ":Objectives:{objective}";
    private const string OneRule = OneObjective + ":Rules:{rule}";

    public static KeySet Root { get; } =
        new("SloRollback", [.. SettingDefinitions.All.Select(setting => setting.Name), "EvidenceDirectory", "Services"]);

    public static KeySet Service { get; } = new(OneService, ["Name", "Environment", "Deploys", "Objectives"]);

    public static KeySet Deploys { get; } = new(OneService + ":Deploys", ["Provider", "Infrastructure", "Namespace", "Workload"]);

    public static KeySet Objective { get; } = new(OneObjective, ["Target", "Period", "Indicator", "Rules"]);

    public static KeySet Indicator { get; } = new(OneObjective + ":Indicator", ["Source", "Good", "Bad", "Valid"]);

    public static KeySet Rule { get; } = new(OneRule, ["When", "Rollback", "Notify", "MinimumValid", "MinimumBad"]);

    public static KeySet Rollback { get; } = new(OneRule + ":Rollback", ["Window", "AllowLongWindow", "Mode", "Target"]);

    public static KeySet Target { get; } = new(OneRule + ":Rollback:Target", Deploys.Keys);

    public static KeySet When { get; } =
        new(OneRule + ":When", ["BurnRate", "MultiWindowBurnRate", "BudgetConsumedSinceDeployment", "All", "Any"]);

    public static KeySet BurnRate { get; } = new(OneRule + ":When:BurnRate", ["Lookback", "Above", "SinceDeployment"]);

    public static KeySet MultiWindowBurnRate { get; } =
        new(OneRule + ":When:MultiWindowBurnRate", ["Long", "Short", "Above", "SinceDeployment"]);

    public static KeySet BudgetConsumedSinceDeployment { get; } = new(OneRule + ":When:BudgetConsumedSinceDeployment", ["Above"]);

    public static ImmutableArray<KeySet> All { get; } =
    [
        Root, Service, Deploys, Objective, Indicator, Rule, Rollback, Target,
        When, BurnRate, MultiWindowBurnRate, BudgetConsumedSinceDeployment,
    ];

    /// <summary>Conditions of SEMANTICS §5 that have a name already and no meaning yet.</summary>
    public static ImmutableArray<string> ConditionsToCome { get; } =
        ["BudgetRemaining", "BudgetConsumed", "ReleaseFault", "SliBelow", "TrafficLost", "For"];
}
