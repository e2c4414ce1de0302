using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Hosting.Evaluation;
using SloRollback.Indicators;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Live;

/// <summary>A whole host in real time: the engine with steps of a second, the provider, and what the clients of some workloads see.</summary>
internal sealed class LiveEngine : IAsyncDisposable
{
    private readonly PodTraffic[] traffic;
    private readonly Log log = new();

    /// <param name="configure">Which clusters there are.</param>
    /// <param name="traffic">The services, each with one workload. They end with the engine.</param>
    public LiveEngine(Action<KubernetesOptions> configure, params PodTraffic[] traffic)
    {
        this.traffic = traffic;
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.Services.AddSingleton<ILoggerProvider>(log);
        builder.Services.AddSingleton<Func<DelegatingHandler>>(Interceptor.CreateHandler);
        builder.Services.AddSingleton(new ProviderRegistration(ProviderKind.MetricSource, "clients"));
        builder.Services.AddKeyedSingleton<IMetricSource>("clients", new Source(traffic));
        var slo = builder.AddSloRollback()
            .AddKubernetes(configure)
            .WithBackFill(b => b with { Enabled = false })
            .WithSettings(s => s with
            {
                Step = Duration.FromSeconds(1),
                Settle = Duration.Zero,
                ReplaySteps = 120,
                BakeTime = Duration.Zero,
                Verification = Duration.FromSeconds(5),
                AllowVolatileJournal = true,
            });
        foreach (var each in traffic)
        {
            slo.AddMonitoredService(each.Service, "production", monitored => monitored
                .DeployedOn("kubernetes", each.Infrastructure, each.Workload)
                .Objective("availability", 99m, CompliancePeriod.Rolling(Duration.FromHours(1)), objective => objective
                    .Events(valid: "valid", bad: "bad")
                    .RollBack("bad-release", Duration.FromMinutes(30), RollbackMode.Automatic, new MultiWindowBurnRateCondition
                    {
                        Long = Duration.FromSeconds(60),
                        Short = Duration.FromSeconds(5),
                        Above = 6,
                        SinceDeployment = true,
                    })));
        }

        Host = builder.Build();
    }

    public IHost Host { get; }

    public Interceptor Interceptor { get; } = new();

    public EngineStatus Status => Host.Services.GetRequiredService<ISloRollbackMonitor>().Current;

    /// <summary>What is known, for the message of a failure.</summary>
    public string Story => $"{Status.EvaluatedAt}: {string.Join("; ", Status.Objectives.Select(o => $"{o.Key} {o.Rules[0].Verdict} {o.Rules[0].Decision?.Text}"))}\n"
        + string.Join('\n', Status.Guards.Rollbacks.Select(r => $"{r.Target} {r.State}: {r.Detail}").Concat(log.Lines.TakeLast(60)));

    /// <summary>Starts it, and waits until what runs now is known to be good, and what is deployed next began after the journal.</summary>
    public async Task StartAsync()
    {
        await Host.StartAsync(TestContext.Current.CancellationToken);
        var proven = SystemClock.Instance.GetCurrentInstant() + Duration.FromSeconds(4);
        await Wait.UntilAsync(() => Status.EvaluatedAt >= proven, () => $"the first versions to be good: {Story}");
    }

    /// <summary>What became of the rollback of a service's workload.</summary>
    public RollbackRecord? RollbackOf(PodTraffic service) =>
        Status.Guards.Rollbacks.SingleOrDefault(r => r.Target.Workload == service.Workload && r.Target.Infrastructure == service.Infrastructure);

    /// <summary>Waits until the rollback of a service's workload has ended.</summary>
    public async Task<RollbackRecord> EndedAsync(PodTraffic service)
    {
        await Wait.UntilAsync(() => RollbackOf(service)?.IsFinal == true, () => $"the rollback of {service.Service} ends: {Story}", seconds: 90);
        return RollbackOf(service)!;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync(CancellationToken.None);
        Host.Dispose();
        foreach (var each in traffic)
            await each.DisposeAsync();
    }

    private sealed class Source(PodTraffic[] traffic) : IMetricSource
    {
        public Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken)
        {
            var table = new SliTable([.. request.Queries.Select((_, i) => new SliRowKey(i))], request.Grid.Count);
            for (var row = 0; row < request.Queries.Length; row++)
            {
                var service = traffic.Single(t => request.Queries[row].Id.StartsWith($"{t.Service}/", StringComparison.Ordinal));
                for (var i = 0; i < request.Grid.Count; i++)
                    table.Row(row)[i] = new SliCell(StepState.Measured, PodTraffic.RequestsPerStep * service.ShareAt(StepGrid.StartOf(request.Grid.First + i + 1, request.Grid.Step)), PodTraffic.RequestsPerStep);
            }

            return Task.FromResult(new SliReadResult { Outcomes = [.. request.Queries.Select(_ => SliOutcome.Read(null))], Table = table });
        }
    }

    private sealed class Log : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception?.Message}");

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
