using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>Metrics of one workload never roll another one back, where labels tell.</summary>
public sealed class SeriesOriginTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(10);

    private readonly Platform platform = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Series_of_other_instances_roll_nothing_back_and_are_told_until_they_are_the_right_ones()
    {
        using var host = Host([new("other-1", "prod"), new("other-2", "prod")]);
        await ReleaseAsync(host, 15);
        Assert.Empty(host.Platform.Calls);
        Assert.Equal((HoldReason.Unknown, UnknownReason.SeriesFromElsewhere), (host.Decision!.Headline, host.Decision.Unknown));
        Assert.Contains(host.Log.Entries, e => e.Id == 1007 && e.Text.Contains("prod/other-1, prod/other-2, none of which is an instance of fake:checkout (checkout-1, checkout-2)", StringComparison.Ordinal));
        Assert.Equal((1, 1), (host.Log.Count(1007), host.Log.Count(1003)));
        var health = (await host.Health.CheckHealthAsync(Cancel)).Entries["slorollback"];
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("SeriesFromElsewhere", health.Description, StringComparison.Ordinal);

        platform.Names = ["other-2"];
        await host.RunAsync(12);
        Assert.Single(host.Platform.Calls);
        Assert.Equal((1, 1), (host.Log.Count(1008), host.Log.Count(1004)));
    }

    [Fact]
    public async Task Series_of_one_instance_are_enough_and_are_not_looked_at_again()
    {
        using var host = Host([new("other-1"), new("checkout-2")]);
        await ReleaseAsync(host, 40);
        Assert.Single(host.Platform.Calls);
        Assert.Equal((1, 1), (host.Source.InstanceQuestions, platform.Questions));
        Assert.Equal(0, host.Log.Count(1007));
    }

    [Theory]
    [InlineData("prod", "prod", true)]
    [InlineData("staging", "prod", false)]
    [InlineData("", "prod", true)]
    [InlineData("staging", "", true)]
    public async Task The_same_name_elsewhere_is_another_instance(string measured, string running, bool isSame)
    {
        platform.Space = running;
        using var host = Host([new("checkout-1", measured)]);
        await ReleaseAsync(host, 15);
        Assert.Equal(isSame ? 1 : 0, host.Platform.Calls.Count);
    }

    [Theory]
    [InlineData("no series")]
    [InlineData("no label")]
    [InlineData("no instances")]
    [InlineData("unavailable")]
    [InlineData("fault")]
    [InlineData("no provider")]
    public async Task What_cannot_be_compared_holds_nothing_back(string why)
    {
        platform.Names = why == "no instances" ? [] : platform.Names;
        platform.Unavailable = why == "unavailable" ? "forbidden" : null;
        platform.Fault = why == "fault" ? new InvalidOperationException("a bug") : null;
        using var host = Host(why switch { "no series" => [], "no label" => [new("other-1"), InstanceName.Untold], _ => [new("other-1")] }, hasPlatform: why != "no provider");
        await ReleaseAsync(host, 15);
        Assert.Single(host.Platform.Calls);
        Assert.Equal(0, host.Log.Count(1007));
        Assert.Equal(why is "fault" or "unavailable" ? 1 : 0, host.Log.Count(1009));
    }

    [Fact]
    public async Task A_rule_with_a_target_of_its_own_means_another_workload()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), RollbackMode.Observe, b =>
        {
            b.Services.AddKeyedSingleton<IWorkloadInstances>("fake", platform);
            b.AddMonitoredService("frontend", "production", service => service
                .DeployedOn("fake", "frontend")
                .Objective("availability", 99.9m, slo => slo
                    .Events(valid: "valid", bad: "bad")
                    .RollBack("backend", Duration.FromHours(1), RollbackMode.Automatic, rule: r => r.On("fake", "", "checkout"))));
        });
        host.Source.Instances = q => [new(q.Id.StartsWith("checkout", StringComparison.Ordinal) ? "checkout-1" : "frontend-1")];
        await ReleaseAsync(host, 15);
        Assert.Single(host.Platform.Calls);
        Assert.Equal(0, host.Log.Count(1007));
    }

    [Fact]
    public async Task An_objective_that_is_measured_elsewhere_on_purpose_is_not_compared()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), RollbackMode.Observe, b =>
        {
            b.Services.AddKeyedSingleton<IWorkloadInstances>("fake", platform);
            b.AddMonitoredService("edge", "production", service => service
                .DeployedOn("fake", "checkout")
                .Objective("ingress", 99.9m, slo => slo
                    .Events(valid: "valid", bad: "bad")
                    .MeasuredElsewhere()
                    .RollBack("bad-release", Duration.FromHours(1), RollbackMode.Automatic)));
        });
        host.Source.Instances = _ => [new("ingress-1")];
        await ReleaseAsync(host, 15);
        Assert.Single(host.Platform.Calls);
        Assert.Equal(1, host.Log.Count(1007));
        Assert.Contains(host.Log.Entries, e => e.Id == 1007 && e.Text.StartsWith("checkout/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_compared_where_nothing_would_be_rolled_back()
    {
        using var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), RollbackMode.Observe, b =>
        {
            b.Services.AddKeyedSingleton<IWorkloadInstances>("fake", platform);
            b.AddMonitoredService("basket", "production", service => service
                .DeployedOn("fake", "basket")
                .Objective("availability", 99.9m, slo => slo.Events(valid: "valid", bad: "bad").NotifyWhen("low", "ticket", "log")));
        });
        host.Source.Instances = q => [new(q.Id.StartsWith("basket", StringComparison.Ordinal) ? "other-1" : "checkout-1")];
        await host.RunAsync(12);
        Assert.Equal((0, 1), (host.Log.Count(1007), platform.Questions));
    }

    [Fact]
    public async Task A_mismatch_that_stays_is_asked_about_more_and_more_rarely()
    {
        using var host = Host([new("other-1")]);
        await host.RunAsync(33);
        Assert.Equal(6, platform.Questions);
    }

    private static async Task ReleaseAsync(EngineHost host, int steps)
    {
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(steps);
    }

    private EngineHost Host(ImmutableArray<InstanceName> measured, bool hasPlatform = true)
    {
        var host = new EngineHost(EngineHost.BadFrom(Release, 0.2), more: b =>
        {
            if (hasPlatform) b.Services.AddKeyedSingleton<IWorkloadInstances>("fake", platform);
        });
        host.Source.Instances = _ => measured;
        return host;
    }

    private sealed class Platform : IWorkloadInstances
    {
        public ImmutableArray<string> Names { get; set; } = ["checkout-1", "checkout-2"];

        public string Space { get; set; } = "prod";

        public string? Unavailable { get; set; }

        public Exception? Fault { get; set; }

        public int Questions { get; private set; }

        public Task<WorkloadInstancesResult> ReadInstancesAsync(WorkloadInstancesRequest request, CancellationToken cancellationToken)
        {
            Questions++;
            return Fault is not null
                ? Task.FromException<WorkloadInstancesResult>(Fault)
                : Task.FromResult(new WorkloadInstancesResult { Instances = [.. Names.Select(n => new RevisionInstance(n, "sha-1"))], Space = Space, Unavailable = Unavailable });
        }
    }
}
