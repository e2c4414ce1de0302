using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Prometheus.Tests.Support;

/// <summary>The services of a host, as far as a metric source needs them.</summary>
internal sealed class SourceHost : ISloRollbackBuilder, IAsyncDisposable
{
    private readonly Lazy<ServiceProvider> provider;

    public SourceHost(TimeProvider? time = null)
    {
        Services.AddSingleton(time ?? TimeProvider.System);
        Services.AddLogging(l => l.AddProvider(Logs).SetMinimumLevel(LogLevel.Trace));
        provider = new Lazy<ServiceProvider>(() => Services.BuildServiceProvider());
    }

    public IServiceCollection Services { get; } = new ServiceCollection();

    public IServiceProvider Provider => provider.Value;

    public LogRecorder Logs { get; } = new();

    public IMetricSource Source(string name = "prometheus") => Provider.GetRequiredKeyedService<IMetricSource>(name);

    public Task<SliReadResult> ReadAsync(string name, StepGrid grid, params (string Bad, string Valid)[] indicators) =>
        Source(name).ReadAsync(Request(grid, indicators), TestContext.Current.CancellationToken);

    public static SliReadRequest Request(StepGrid grid, params (string Bad, string Valid)[] indicators) => new()
    {
        Grid = grid,
        Queries = [.. indicators.Select((i, n) => new SliQuery { Id = $"q{n}", Indicator = new EventRatioIndicator { Bad = i.Bad, Valid = i.Valid } })],
    };

    /// <summary>The steps between two instants, whole ones.</summary>
    public static StepGrid Grid(Instant from, Instant to, Duration step)
    {
        var first = StepGrid.IndexAtOrAfter(from, step);
        return new StepGrid(first, (int)(StepGrid.IndexOf(to, step) - first), step);
    }

    public async ValueTask DisposeAsync()
    {
        if (provider.IsValueCreated)
            await provider.Value.DisposeAsync();
    }
}

/// <summary>Keeps what was logged.</summary>
internal sealed class LogRecorder : ILoggerProvider
{
    public ConcurrentQueue<(string Category, LogLevel Level, int Id, string Text)> Entries { get; } = new();

    /// <summary>The event ids of our own category, in order.</summary>
    public ImmutableArray<int> Ids => [.. Entries.Where(e => e.Category == "SloRollback.MetricSource").Select(e => e.Id)];

    public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, Entries);

    public void Dispose()
    {
    }

    private sealed class Recorder(string category, ConcurrentQueue<(string Category, LogLevel Level, int Id, string Text)> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            entries.Enqueue((category, logLevel, eventId.Id, formatter(state, exception)));
    }
}
