using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Prometheus.Tests.RealServer;
using SloRollback.Rollbacks;
using SloRollback.Sample;
using SloRollback.Sample.Checkout;
using SloRollback.Sample.Platform;
using SloRollback.Sample.Scenarios;
using SloRollback.Sample.Traffic;

namespace SloRollback.EndToEnd.Tests.RealPrometheus;

/// <summary>
/// All of it for real but small: replicas under load, a Prometheus server that scrapes them every second, and a host with the
/// engine that reads it. v1 runs and is known to be good.
/// </summary>
internal sealed class Production : IAsyncDisposable
{
    private static readonly Duration Window = Duration.FromSeconds(10);
    private readonly CancellationTokenSource ending = new();
    private readonly IHost host;
    private Task load = Task.CompletedTask;

    private Production()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(Calls);
        builder.Services.AddSingleton(provider => new CheckoutPlatform(
            [0, 0, 0], new Dependency(), provider.GetRequiredService<IDeploymentRecorder>(), TimeProvider.System));
        builder.AddSloRollback()
            .AddPrometheus(o => o.BaseAddress = Server?.Address)
            .AddDeployments<WatchedRollbacker>(CheckoutPlatform.Provider)
            .WithSettings(s => s with
            {
                Step = Duration.FromSeconds(1),
                Settle = Duration.FromSeconds(2),
                ReplaySteps = 1,
                BakeTime = Duration.FromSeconds(5),
                Verification = Duration.FromSeconds(5),
                AllowVolatileJournal = true,
            })
            .AddMonitoredService("checkout", "production", service => service
                .DeployedOn(CheckoutPlatform.Provider, CheckoutPlatform.Workload)
                .Objective("availability", 99m, CompliancePeriod.Rolling(CheckoutObjective.Period), slo => slo
                    .Events(valid: """http_requests_total{job="test"}""", bad: """http_requests_total{job="test",code=~"5.."}""")
                    .RollBack("bad-release", Window, RollbackMode.Automatic, new MultiWindowBurnRateCondition
                    {
                        Long = Duration.FromSeconds(60),
                        Short = Duration.FromSeconds(5),
                        Above = 6,
                        SinceDeployment = true,
                    })));
        host = builder.Build();
        Platform = host.Services.GetRequiredService<CheckoutPlatform>();
    }

    public CheckoutPlatform Platform { get; }

    public PrometheusServer? Server { get; private set; }

    /// <summary>The rollbacks that reached the platform.</summary>
    public ConcurrentQueue<RollbackRequest> Calls { get; } = new();

    public IRollbackOperations Operations => host.Services.GetRequiredService<IRollbackOperations>();

    public EngineStatus Status => host.Services.GetRequiredService<ISloRollbackMonitor>().Current;

    public RuleStatus? Rule => Status.Objectives.SelectMany(o => o.Rules).FirstOrDefault();

    public static async Task<Production> StartAsync()
    {
        Assert.SkipWhen(PrometheusServer.FindExecutable() is null, PrometheusServer.SkipReason);
        var production = new Production();
        try
        {
            await production.OpenAsync();
            return production;
        }
        catch
        {
            await production.DisposeAsync();
            throw;
        }
    }

    /// <summary>What is known, for the message of a failure.</summary>
    public string Describe()
    {
        var objective = Status.Objectives.FirstOrDefault();
        var rollbacks = string.Join("; ", Status.Guards.Rollbacks.Select(r => $"{r.State}: {r.Detail}"));
        return $"at {Status.EvaluatedAt}: {objective?.NewestStep} {objective?.Unmeasured} {objective?.Detail}, "
            + $"{objective?.Budget.Bad:0} of {objective?.Budget.Valid:0} bad, "
            + $"{Rule?.Verdict} {Rule?.Reason}, {Rule?.Decision?.Text}, {rollbacks}";
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        await ending.CancelAsync();
        await load;
        if (Server is not null) await Server.DisposeAsync();

        // The container made the platform, and ends it with the host.
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        ending.Dispose();
    }

    private async Task OpenAsync()
    {
        await Platform.Release(new AppVersion("v1")).Completion;
        load = new LoadGenerator(Platform, new TrafficMeter(TimeProvider.System), TimeProvider.System).RunAsync(ending.Token);
        Server = await PrometheusServer.StartAsync(
            Platform.Replicas.Select(r => r.Address!.Authority), TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        await ScrapedAsync(Server.Address);
        var since = SystemClock.Instance.GetCurrentInstant();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await Waiting.UntilAsync(() => Stage.IsProven(Status, since, Window), 60, () => $"v1 is proven. {Describe()}");
    }

    // An engine that starts beside a fresh server would first see steps without samples, and v1 would take longer to be proven.
    private async Task ScrapedAsync(Uri server)
    {
        var query = Uri.EscapeDataString("""count(count_over_time(http_requests_total{job="test"}[10s]) >= 3)""");
        using var http = new HttpClient { BaseAddress = server };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var answer = "";
        while (!answer.Contains($"\"{Platform.Replicas.Count}\"]", StringComparison.Ordinal))
        {
            answer = await http.GetStringAsync(new Uri($"/api/v1/query?query={query}", UriKind.Relative), limit.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
        }
    }
}
