using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Hosting;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Simulation.Tests.World;

/// <summary>
/// What the engine is told to do in a run. All durations are short, so that the end of each comes inside the run; two services share the
/// rate limit, two rules share the rollbacks of each.
/// </summary>
internal static class Rules
{
    public const string Notifier = "pager";
    public const string Source = "metrics";
    public const string Platform = "platform";
    public const decimal Target = 99.9m;

    public static readonly MultiWindowBurnRateCondition Fast = new()
    {
        Long = Duration.FromMinutes(10),
        Short = Duration.FromMinutes(2),
        Above = 14.4m,
        SinceDeployment = true,
    };

    private static readonly BurnRateCondition Slow = new() { Lookback = Duration.FromMinutes(20), Above = 10, SinceDeployment = true };

    private static readonly EngineSettings Settings = new()
    {
        ReplaySteps = 25,
        StepsKept = Duration.FromHours(2),
        BakeTime = Duration.FromMinutes(5),
        Cooldown = Duration.FromMinutes(12),
        RateLimit = 3,
        ApprovalTimeout = Duration.FromMinutes(10),
        ExecutionTimeout = Duration.FromMinutes(6),
        Verification = Duration.FromMinutes(3),
        VerificationTimeout = Duration.FromMinutes(10),
    };

    private static readonly ImmutableArray<SloRollbackOptions> Choices =
    [
        Create(RollbackMode.Automatic, RollbackMode.Automatic),
        Create(RollbackMode.Automatic, RollbackMode.Approve),
        Create(RollbackMode.Approve, RollbackMode.Automatic),
        Create(RollbackMode.Approve, RollbackMode.Approve),
    ];

    public static SloRollbackOptions Of(Dice dice) => Choices[dice.Next(Choices.Length)];

    private static SloRollbackOptions Create(RollbackMode fast, RollbackMode slow) => new()
    {
        Settings = Settings,
        BackFill = new BackFillOptions { Enabled = false },
        Services = [Service("checkout", fast, slow), Service("cart", fast, slow)],
    };

    private static MonitoredService Service(string name, RollbackMode fast, RollbackMode slow)
    {
        var target = new DeploymentTarget { Provider = Platform, Workload = name };
        return new MonitoredService
        {
            Id = new ServiceId(name, "production"),
            Target = target,
            Objectives =
            [
                new Objective
                {
                    Id = "availability",
                    Target = new ObjectiveTarget(Target / 100),
                    Period = CompliancePeriod.Rolling(30),
                    Indicator = new EventRatioIndicator { Source = Source, Valid = name, Bad = name },
                    Rules = [Rule("fast", Fast, fast, target), Rule("slow", Slow, slow, target)],
                },
            ],
        };
    }

    private static PolicyRule Rule(string id, Condition when, RollbackMode mode, DeploymentTarget target) => new()
    {
        Id = id,
        When = when,
        Notify = [Notifier],
        Rollback = new RollbackAction { Mode = mode, Target = target, Window = new RollbackWindow(Duration.FromMinutes(10)) },
    };
}
