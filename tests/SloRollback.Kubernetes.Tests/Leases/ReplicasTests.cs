using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SloRollback.Indicators;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;

namespace SloRollback.Kubernetes.Tests.Leases;

/// <summary>Two real hosts with the whole engine in them, and one Lease on a real API server.</summary>
public sealed class ReplicasTests(SharedCluster cluster)
{
    // The events of the engine: this replica leads, stands by, cannot tell.
    private const int Leads = 9201;
    private const int StandsBy = 9202;
    private const int Unavailable = 9203;

    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task Who_stops_hands_over_at_once_and_who_is_cut_off_loses_it_before_another_leads()
    {
        await using var space = await cluster.CreateNamespaceAsync();
        using var a = new Replica(space, time);
        using var b = new Replica(space, time);
        await a.Host.StartAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => a.Last == Leads, TimeSpan.FromSeconds(4), "a leads");
        await b.Host.StartAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => b.Last == StandsBy, TimeSpan.FromSeconds(4), "b stands by");

        // Its process lives, and its wire is cut.
        a.Wire.Decide = _ => UnreliableWire.Fate.RequestLost;
        await UntilAsync(
            () =>
            {
                Assert.False(a.Told.Count(e => e == Unavailable) < 2 && b.Last == Leads, "b leads while a still does");
                return b.Last == Leads;
            },
            TimeSpan.FromMinutes(1),
            "b leads");

        // It comes back, and b stops in order.
        a.Wire.Decide = _ => UnreliableWire.Fate.Delivered;
        await UntilAsync(() => a.Last == StandsBy, TimeSpan.FromSeconds(8), "a stands by");
        await b.Host.StopAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => a.Last == Leads, TimeSpan.FromSeconds(4), "a leads again");
        await a.Host.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", (string?)(await space.GetAsync("leases", "slorollback", "coordination.k8s.io"))["spec"]!["holderIdentity"]);
    }

    // The limit is of virtual time, which passes in small pieces.
    private async Task UntilAsync(Func<bool> condition, TimeSpan limit, string what)
    {
        var begin = time.GetTimestamp();
        await Wait.UntilAsync(
            () =>
            {
                if (condition())
                    return Task.FromResult(true);

                Assert.True(time.GetElapsedTime(begin) < limit + TimeSpan.FromSeconds(5), $"not within {limit}: {what}");
                time.Advance(TimeSpan.FromMilliseconds(250));
                return Task.FromResult(false);
            },
            what);
    }

    private sealed class Replica : IDisposable
    {
        private readonly Log log = new();

        public Replica(TestNamespace space, TimeProvider time)
        {
            var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Services.AddSingleton(time);
            builder.Services.AddSingleton<ILoggerProvider>(log);
            builder.Services.AddSingleton<Func<DelegatingHandler>>(Wire.Handler);
            builder.Services.AddSingleton(new ProviderRegistration(ProviderKind.MetricSource, "silent"));
            builder.Services.AddKeyedSingleton<IMetricSource, SilentSource>("silent");
            builder.AddSloRollback()
                .AddKubernetes(o => o.Kubeconfig = space.Kubeconfig)
                .AddKubernetesLease(o => o.Namespace = space.Name)
                .AddMonitoredService("checkout", "production", service => service.Objective("availability", 99.9m, slo => slo.Events(valid: "valid", bad: "bad")));
            Host = builder.Build();
        }

        public IHost Host { get; }

        public UnreliableWire Wire { get; } = new();

        /// <summary>What it said of the lease.</summary>
        public IReadOnlyCollection<int> Told => log.Told;

        public int? Last => log.Told.IsEmpty ? null : log.Told.Last();

        public void Dispose() => Host.Dispose();
    }

    private sealed class SilentSource : IMetricSource
    {
        public Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken) => throw new HttpRequestException("silent");
    }

    private sealed class Log : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<int> Told { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id is Leads or StandsBy or Unavailable)
                Told.Enqueue(eventId.Id);
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
