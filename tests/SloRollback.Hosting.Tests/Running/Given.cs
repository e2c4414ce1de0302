using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Objectives;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>What several tests start from.</summary>
internal static class Given
{
    /// <summary>Another service with the same rule, on a workload of its own or on the same.</summary>
    public static Action<ISloRollbackBuilder> Second(string service, string workload, RollbackMode mode, Action<RollbackRuleBuilder>? rule = null) => b => b
        .AddMonitoredService(service, "production", s => s
            .DeployedOn("fake", workload)
            .Objective("availability", 99.9m, CompliancePeriod.Rolling(30), slo => slo
                .Events(valid: "valid", bad: "bad")
                .RollBack("bad-release", Duration.FromHours(1), mode, rule: rule)));
}
