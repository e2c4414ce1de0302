using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Hosting.BackFilling;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Leases;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Indicators;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>
/// The whole engine over a scripted source and a scripted platform, in virtual time: a service of 600 requests a minute at 99.9 %,
/// version 1 deployed an hour before <see cref="T0"/>. The test drives the evaluations itself, one per step.
/// </summary>
internal sealed class EngineHost : IDisposable
{
    public static readonly Instant T0 = Instant.FromUtc(2026, 3, 1, 12, 0);
    public static readonly Revision V1 = new() { Id = "sha-1", Name = "v1" };
    public static readonly Revision V2 = new() { Id = "sha-2", Name = "v2" };
    public static readonly DeploymentTarget Target = new() { Provider = "fake", Workload = "checkout" };

    private readonly ServiceProvider services;

    public EngineHost(Func<long, SliCell> cell, RollbackMode mode = RollbackMode.Automatic, Action<ISloRollbackBuilder>? more = null)
    {
        Source = new ScriptedSource(cell);
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(Time);
        collection.AddSingleton<ILoggerProvider>(Log);
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug));
        var builder = collection.AddSloRollback();
        collection.AddSingleton(new ProviderRegistration(ProviderKind.MetricSource, "scripted"));
        collection.AddKeyedSingleton<IMetricSource>("scripted", Source);
        builder.AddDeployments<ScriptedRollbacker>("fake")
            .WithSettings(s => s with { AllowVolatileJournal = true })
            .AddMonitoredService("checkout", "production", service => service
                .DeployedOn("fake", "checkout")
                .Objective("availability", 99.9m, slo => slo
                    .Events(valid: "valid", bad: "bad")
                    .RollBack("bad-release", Duration.FromHours(1), mode)));
        more?.Invoke(builder);
        services = collection.BuildServiceProvider();
        Recorder.Record(Done(V1, T0 - Duration.FromHours(1)));
    }

    public FakeTimeProvider Time { get; } = new((T0 + Duration.FromSeconds(31)).ToDateTimeOffset());

    public RecordingLog Log { get; } = new();

    public ScriptedSource Source { get; }

    public ScriptedRollbacker Platform => (ScriptedRollbacker)services.GetRequiredKeyedService<IDeploymentRollbacker>("fake");

    public IDeploymentRecorder Recorder => services.GetRequiredService<IDeploymentRecorder>();

    public IRollbackOperations Operations => services.GetRequiredService<IRollbackOperations>();

    public IRollbackJournal Journal => services.GetRequiredService<IRollbackJournal>();

    public Leadership Leadership => services.GetRequiredService<Leadership>();

    public HealthCheckService Health => services.GetRequiredService<HealthCheckService>();

    public IEnumerable<IHostedService> HostedServices => services.GetServices<IHostedService>();

    public EngineStatus Status => services.GetRequiredService<ISloRollbackMonitor>().Current;

    public RollbackDecision? Decision => Status.Objectives[0].Rules[0].Decision;

    public RollbackRecord? Rollback => Status.Guards.Rollbacks.SingleOrDefault();

    public static Deployment Done(Revision revision, Instant start) => new()
    {
        Target = Target,
        Revision = revision,
        StartedAt = start,
        EndedAt = start + Duration.FromMinutes(2),
        Outcome = DeploymentOutcome.Completed,
    };

    /// <summary>600 requests in the step, a share of them bad from a step on.</summary>
    public static Func<long, SliCell> BadFrom(Instant from, double share, Instant? until = null) => step =>
    {
        var start = StepGrid.StartOf(step, Duration.FromMinutes(1));
        var isBad = start >= from && !(start >= until);
        return new SliCell(StepState.Measured, isBad ? 600 * share : 0, 600);
    };

    /// <summary>Waits for what another thread does, half a minute at most.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Lets some steps pass and evaluates each.</summary>
    public async Task RunAsync(int steps, Func<bool>? until = null)
    {
        for (var i = 0; i < steps && until?.Invoke() != true; i++)
        {
            await services.GetRequiredService<Evaluator>().EvaluateAsync(TestContext.Current.CancellationToken);
            Time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>Fills history in until there is nothing left to do, or it is time for the next evaluation. Time stands still meanwhile, unless the test moves it.</summary>
    public async Task FillAsync(Duration length, CancellationToken? cancel = null)
    {
        var until = Instant.FromDateTimeOffset(Time.GetUtcNow()) + length;
        var fill = services.GetRequiredService<BackFiller>().RunAsync(services.GetRequiredService<Evaluator>().State, until, cancel ?? TestContext.Current.CancellationToken);
        try
        {
            await fill.WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(string.Join('\n', Log.Entries), e);
        }
    }

    /// <summary>Whatever a test was about: every evidence document that its engine wrote replays.</summary>
    public void Dispose()
    {
        try
        {
            if (services.GetRequiredService<IRollbackJournal>() is { } journal and (InMemoryRollbackJournal or LastingJournal))
                Replays(journal);
        }
        finally
        {
            services.Dispose();
        }
    }

    private static void Replays(IRollbackJournal journal)
    {
        // Journals in memory answer at once.
        var lines = journal.ListAsync(new JournalListRequest { Limit = 1000 }, CancellationToken.None).GetAwaiter().GetResult().Value;
        foreach (var id in lines.Select(l => l.EvidenceId).Where(id => id.Length > 0).Distinct())
        {
            var document = journal.ReadEvidenceAsync(id, CancellationToken.None).GetAwaiter().GetResult().Value;
            Assert.NotNull(document);
            var evidence = RollbackEvidence.Parse(document.Json);
            Assert.Equal((evidence with { Decision = evidence.Replay() }).ToJson(), document.Json);
        }
    }
}
