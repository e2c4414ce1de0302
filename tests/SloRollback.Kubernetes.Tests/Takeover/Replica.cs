using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Hosting.Evaluation;
using SloRollback.Indicators;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Takeover;

/// <summary>A whole process: the engine, the provider and the lease, on a clock and a wire of its own. Dead, it does not even time out.</summary>
internal sealed class Replica : IDisposable
{
    private const int Leads = 9201;

    private readonly Log log = new();

    /// <param name="space">Where the workload and the lease are.</param>
    /// <param name="now">The time.</param>
    /// <param name="source">What it measures.</param>
    /// <param name="diesAt">When it dies by itself.</param>
    /// <param name="more">What else is registered.</param>
    public Replica(TestNamespace space, DateTimeOffset now, IMetricSource source, Moment diesAt, Action<IServiceCollection> more)
    {
        Time = new FakeTimeProvider(now);
        Wire = new MortalWire(Time) { DiesAt = diesAt };
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<ILoggerProvider>(log);
        builder.Services.AddSingleton<Func<DelegatingHandler>>(Wire.CreateHandler);
        builder.Services.AddSingleton(new ProviderRegistration(ProviderKind.MetricSource, "scripted"));
        builder.Services.AddKeyedSingleton("scripted", source);
        builder.AddSloRollback()
            .AddKubernetes(o => (o.Kubeconfig, o.Namespace) = (space.Kubeconfig, space.Name))
            .AddKubernetesLease(o => o.Namespace = space.Name)
            .WithBackFill(b => b with { Enabled = false })
            .WithSettings(s => s with
            {
                Step = Duration.FromSeconds(1),
                Settle = Duration.Zero,
                ReplaySteps = 120,
                BakeTime = Duration.Zero,
                Verification = Duration.FromSeconds(10),
                AllowVolatileJournal = true,

                // The server confirms a watch every 20 of its own seconds, and ours pass faster.
                HistoryMaximumAge = Duration.FromHours(1),
            })
            .AddMonitoredService("checkout", "production", monitored => monitored
                .DeployedOn("kubernetes", Workload)
                .Objective("availability", 99m, CompliancePeriod.Rolling(Duration.FromHours(1)), slo => slo
                    .Events(valid: "valid", bad: "bad")
                    .RollBack("bad-release", Duration.FromMinutes(30), RollbackMode.Automatic, new MultiWindowBurnRateCondition
                    {
                        Long = Duration.FromSeconds(60),
                        Short = Duration.FromSeconds(5),
                        Above = 6,
                        SinceDeployment = true,
                    })));
        more(builder.Services);
        Host = builder.Build();
    }

    public static string Workload => $"deployment/{Stage.Name}";

    public IHost Host { get; }

    public FakeTimeProvider Time { get; }

    public MortalWire Wire { get; }

    public IRollbackJournal Journal => Host.Services.GetRequiredService<IRollbackJournal>();

    public bool IsLeading => log.Lines.Any(l => l.Id == Leads);

    /// <summary>Does it wait for nothing but time?</summary>
    public bool IsIdle => !Wire.IsBusy && !(Status.EvaluatedAt < Instant.FromUnixTimeSeconds(Time.GetUtcNow().ToUnixTimeSeconds()));

    public EngineStatus Status => Host.Services.GetRequiredService<ISloRollbackMonitor>().Current;

    /// <summary>What the status says of rollbacks.</summary>
    public RollbackRecord? Rollback => Status.Guards.Rollbacks.SingleOrDefault();

    public RollbackDecision? Decision => Status.Objectives.FirstOrDefault()?.Rules[0].Decision;

    /// <summary>What is known, for the message of a failure.</summary>
    public string Story => $"{Status.EvaluatedAt}: {Decision?.Text}\n{string.Join('\n', log.Lines.Select(l => l.Text))}";

    public async Task<IReadOnlyList<Deployment>> DeploymentsAsync() => (await Host.Services
        .GetRequiredKeyedService<IDeploymentHistory>("kubernetes")
        .ReadAsync(new DeploymentHistoryRequest { Target = new DeploymentTarget { Provider = "kubernetes", Workload = Workload } }, TestContext.Current.CancellationToken)).Deployments;

    /// <summary>Without a goodbye: nothing is stopped, nothing given up.</summary>
    public void Dispose() => Host.Dispose();

    private sealed class Log : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(int Id, string Text)> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue((eventId.Id, $"{eventId.Id} {formatter(state, exception)} {exception?.Message}"));

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
