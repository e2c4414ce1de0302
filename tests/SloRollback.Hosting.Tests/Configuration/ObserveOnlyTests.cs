using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SloRollback.Indicators;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Configuration;

/// <summary>A provider that only reports deployments serves rules that observe, also those of a composite of its services.</summary>
public sealed class ObserveOnlyTests
{
    private const string Fault = "Approve needs a rollbacker, and \"ci\" has none; use Observe, or AddDeployments<TRollbacker>";

    [Theory]
    [InlineData(RollbackMode.Observe, null)]
    [InlineData(RollbackMode.Approve, "checkout/production:Objectives:availability:Rules:bad")]
    public void A_rule_on_the_services_workload(RollbackMode mode, string? faulty) =>
        Assert.Equal(
            faulty is null ? [] : [new ConfigurationFault($"SloRollback:Services:{faulty}:Rollback:Mode", Fault)],
            Check(mode, RollbackMode.Observe));

    [Theory]
    [InlineData(RollbackMode.Observe, null)]
    [InlineData(RollbackMode.Approve, "shop/production:Objectives:all:Rules:bad")]
    public void A_rule_of_a_composite(RollbackMode mode, string? faulty) =>
        Assert.Equal(
            faulty is null ? [] : [new ConfigurationFault($"SloRollback:Services:{faulty}:Rollback:Mode", Fault)],
            Check(RollbackMode.Observe, mode));

    // The composite's own service is deployed by somebody who can roll back: that is not where its rule acts.
    private static IReadOnlyList<ConfigurationFault> Check(RollbackMode member, RollbackMode composite)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(new ProviderRegistration(ProviderKind.MetricSource, "prometheus"));
        services.AddSloRollback()
            .AddDeployments("ci")
            .AddDeployments<Running.ScriptedRollbacker>("fake")
            .AddMonitoredService("checkout", "production", service => service
                .DeployedOn("ci", "checkout")
                .Objective("availability", 99.9m, slo => slo.Events(valid: "v", bad: "b").RollBack("bad", mode: member)))
            .AddMonitoredService("shop", "production", service => service
                .DeployedOn("fake", "shop")
                .Objective("own", 99.9m, slo => slo.Events(valid: "v", bad: "b"))
                .Objective("all", 99.9m, slo => slo
                    .Composite(CompositeKind.Least, "checkout/availability", "own")
                    .RollBack("bad", mode: composite)));
        using var root = services.BuildServiceProvider();
        var options = root.GetRequiredService<IOptions<SloRollbackOptions>>().Value;
        Assert.Empty(Reading.Lines(options));
        var context = new ConfigurationCheckContext(options.Services);
        foreach (var check in root.GetServices<IConfigurationCheck>())
            check.Check(context);
        return context.Faults;
    }
}
