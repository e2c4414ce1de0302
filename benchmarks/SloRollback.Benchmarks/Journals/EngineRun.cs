using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Hosting.Evaluation;
using SloRollback.Indicators;
using SloRollback.Rollbacks;

namespace SloRollback.Benchmarks.Journals;

/// <summary>The engine in virtual time, from a release that is bad to the end of its rollback, over a journal that is given.</summary>
internal static class EngineRun
{
    /// <summary>The service's name has as many letters as those that take its place.</summary>
    public const string Service = "checkout", Environment = "production", Rule = "bad-release";

    public static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 12, 0);

    /// <summary>Has the release of one workload rolled back.</summary>
    /// <param name="journal">Adds the journal.</param>
    /// <param name="start">When it begins: virtual time.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="told">Is told <c>decision</c> when the platform plans, right before a decision is taken, and <c>effect</c> when it acts.</param>
    public static async Task RunAsync(Action<ISloRollbackBuilder> journal, Instant start, string workload, Action<string> told)
    {
        var time = new SteppedTime((start + Duration.FromSeconds(31)).ToDateTimeOffset());
        var release = start + Duration.FromMinutes(10);
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<TimeProvider>(time);
        collection.AddSingleton(new ProviderRegistration(ProviderKind.MetricSource, "scripted"));
        collection.AddKeyedSingleton<IMetricSource>("scripted", (p, _) => new Source(release, (Platform)p.GetRequiredKeyedService<IDeploymentRollbacker>("scripted")));
        collection.AddKeyedSingleton<IDeploymentRollbacker>("scripted", (p, _) => new Platform(p.GetRequiredService<IDeploymentRecorder>(), time, told));
        var builder = collection.AddSloRollback();
        builder
            .AddDeployments<Platform>("scripted")
            .AddMonitoredService(Service, Environment, service => service
                .DeployedOn("scripted", workload)
                .Objective("availability", 99.9m, slo => slo
                    .Events(valid: "valid", bad: "bad")
                    .RollBack(Rule, Duration.FromHours(1), RollbackMode.Automatic, rule: rule => rule.Notify("log"))));
        journal(builder);
        await using var services = collection.BuildServiceProvider();
        var (evaluator, recorder, monitor) = (services.GetRequiredService<Evaluator>(), services.GetRequiredService<IDeploymentRecorder>(), services.GetRequiredService<ISloRollbackMonitor>());
        var target = new DeploymentTarget { Provider = "scripted", Workload = workload };
        recorder.Record(Done(target, "1", start - Duration.FromHours(1)));
        for (var step = 0; step < 60; step++)
        {
            if (step == 10) recorder.Record(Done(target, "2", release));
            await evaluator.EvaluateAsync(CancellationToken.None);
            if (monitor.Current.Guards.Rollbacks.Any(r => r.Target == target && r.State == RollbackState.Succeeded)) return;
            time.Advance(TimeSpan.FromMinutes(1));
        }

        throw new InvalidOperationException($"{workload} was not rolled back: {monitor.Current.Objectives[0].Rules[0].Decision}");
    }

    private static Deployment Done(DeploymentTarget target, string version, Instant at) => new()
    {
        Target = target,
        Revision = new Revision { Id = $"sha-{version}", Name = $"v{version}" },
        StartedAt = at,
        EndedAt = at + Duration.FromMinutes(2),
        Outcome = DeploymentOutcome.Completed,
    };

    /// <summary>600 requests a minute; a fifth of them bad from the release on until it is rolled back.</summary>
    private sealed class Source(Instant release, Platform platform) : IMetricSource
    {
        public Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken)
        {
            var table = new SliTable([.. request.Queries.Select((_, i) => new SliRowKey(i))], request.Grid.Count);
            for (var row = 0; row < request.Queries.Length; row++)
            {
                for (var i = 0; i < request.Grid.Count; i++)
                {
                    var isBad = StepGrid.StartOf(request.Grid.First + i, Duration.FromMinutes(1)) >= release && platform.AppliedAt is null;
                    table.Row(row)[i] = new SliCell(StepState.Measured, isBad ? 120 : 0, 600);
                }
            }

            return Task.FromResult(new SliReadResult { Outcomes = [.. request.Queries.Select(_ => SliOutcome.Read(null))], Table = table });
        }
    }

    /// <summary>Rolls back at once.</summary>
    private sealed class Platform(IDeploymentRecorder recorder, TimeProvider time, Action<string> told) : IDeploymentRollbacker
    {
        public Instant? AppliedAt { get; private set; }

        public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken)
        {
            told("decision");
            return Task.FromResult(new RollbackPlan { IsPossible = true, WorkloadIdentity = "v2@1", Summary = "image 2 → 1" });
        }

        public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken)
        {
            told("effect");
            AppliedAt = Instant.FromDateTimeOffset(time.GetUtcNow());
            recorder.Record(Done(request.Target, "1", AppliedAt.Value) with { IsRollback = true });
            return Task.FromResult(new RollbackResult { Status = RollbackResultStatus.Applied });
        }

        public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) => Task.FromResult(
            AppliedAt is null
                ? new RollbackProgress { Status = RollbackProgressStatus.NotApplied }
                : new RollbackProgress { Status = RollbackProgressStatus.Completed, CompletedAt = AppliedAt });
    }
}
