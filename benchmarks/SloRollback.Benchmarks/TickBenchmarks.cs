using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Hosting.Evaluation;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Rollbacks;

namespace SloRollback.Benchmarks;

/// <summary>
/// One evaluation of many objectives, each with the default rollback rule (two pairs of look-backs, 30 days) and a deployment whose
/// window is open: read, count, judge, status. The source is in memory.
/// </summary>
[MemoryDiagnoser]
public class TickBenchmarks
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 12, 0);

    private ServiceProvider services = null!;
    private SteppedTime time = null!;
    private Evaluator evaluator = null!;

    [Params(100, 1000)]
    public int Objectives { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        time = new SteppedTime(Start.ToDateTimeOffset());
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<TimeProvider>(time);
        collection.AddSingleton(new ProviderRegistration(ProviderKind.MetricSource, "steady"));
        collection.AddKeyedSingleton<IMetricSource>("steady", new SteadySource());
        var builder = collection.AddSloRollback().AddDeployments<IdleRollbacker>("idle");
        for (var i = 0; i < Objectives; i++)
        {
            var workload = $"workload-{i}";
            builder.AddMonitoredService($"service-{i}", "production", service => service
                .DeployedOn("idle", workload)
                .Objective("availability", 99m, CompliancePeriod.Rolling(30), slo => slo
                    .Events(valid: "valid", bad: "bad")
                    .RollBack("bad-release", Duration.FromHours(1), RollbackMode.Observe)));
        }

        services = collection.BuildServiceProvider();
        for (var i = 0; i < Objectives; i++)
        {
            services.GetRequiredService<IDeploymentRecorder>().Record(new Deployment
            {
                Target = new DeploymentTarget { Provider = "idle", Workload = $"workload-{i}" },
                Revision = new Revision { Id = "1", Name = "v1" },
                StartedAt = Start - Duration.FromHours(8),
            });
        }

        evaluator = services.GetRequiredService<Evaluator>();
        await evaluator.EvaluateAsync(CancellationToken.None);
    }

    [Benchmark]
    public Task Tick()
    {
        time.Advance(TimeSpan.FromMinutes(1));
        return evaluator.EvaluateAsync(CancellationToken.None);
    }

    [GlobalCleanup]
    public void CleanUp() => services.Dispose();
}
