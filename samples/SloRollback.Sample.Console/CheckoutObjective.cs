using NodaTime;
using SloRollback.Hosting;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Rollbacks;
using SloRollback.Sample.Platform;

namespace SloRollback.Sample;

/// <summary>
/// What is promised, and what follows when it is broken. The durations are those of a demonstration: a real service takes the
/// defaults (30 days, 1 hour / 5 minutes, a window of 1 hour), which need no line of code.
/// </summary>
internal static class CheckoutObjective
{
    public const string Service = "checkout";
    public const decimal Target = 99m;
    public const decimal Above = 6;
    public static readonly Duration Period = Duration.FromMinutes(15);
    public static readonly Duration Long = Duration.FromSeconds(60);
    public static readonly Duration Short = Duration.FromSeconds(5);
    public static readonly Duration Window = Duration.FromSeconds(15);

    public static void Describe(MonitoredServiceBuilder service) => service
        .DeployedOn(CheckoutPlatform.Provider, CheckoutPlatform.Workload)
        .Objective("availability", Target, CompliancePeriod.Rolling(Period), slo => slo
            .Events(
                valid: """http_requests_total{job="checkout"}""",
                bad: """http_requests_total{job="checkout",code=~"5.."}""")
            .RollBack(
                "bad-release",
                within: Window,
                RollbackMode.Automatic,
                when: new MultiWindowBurnRateCondition { Long = Long, Short = Short, Above = Above, SinceDeployment = true }));
}
