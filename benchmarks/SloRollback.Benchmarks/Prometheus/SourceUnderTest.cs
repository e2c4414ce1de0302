using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>Our source as a host has it, under a clock that moves through the data a step at a time.</summary>
internal sealed class SourceUnderTest : IAsyncDisposable
{
    private static readonly Duration Minute = Duration.FromMinutes(1);
    private static readonly Duration Settle = Duration.FromMinutes(2);
    private readonly ServiceProvider services;
    private readonly IMetricSource source;
    private readonly SteppedTime time = new(DateTimeOffset.UnixEpoch);

    public SourceUnderTest(Uri address, Reading reading, ImmutableArray<SliQuery> queries, RequestRecorder? recorder = null)
    {
        Queries = queries;
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<TimeProvider>(time);
        collection.AddSloRollback().AddPrometheus(
            "prometheus",
            options =>
            {
                options.BaseAddress = address;
                options.Timeout = TimeSpan.FromMinutes(1);
                reading.Configure(options);
            },
            http =>
            {
                if (recorder is not null)
                    http.AddHttpMessageHandler(() => recorder.Handler());
            });
        services = collection.BuildServiceProvider();
        source = services.GetRequiredKeyedService<IMetricSource>("prometheus");
    }

    public ImmutableArray<SliQuery> Queries { get; }

    /// <summary>A query for each pair of selectors.</summary>
    public static ImmutableArray<SliQuery> Of(IEnumerable<(string Bad, string Valid)> selectors) =>
        [.. selectors.Select((s, i) => new SliQuery { Id = $"objective-{i}", Indicator = new EventRatioIndicator { Bad = s.Bad, Valid = s.Valid } })];

    /// <summary>Reads one step, just after it is final.</summary>
    public Task<SliReadResult> ReadAsync(long step) => ReadAsync(step, 1);

    /// <summary>Reads some steps, just after the last is final.</summary>
    public Task<SliReadResult> ReadAsync(long first, int count) => ReadAsync(Queries, first, count);

    /// <summary>Reads some steps of some queries, just after the last step is final.</summary>
    public Task<SliReadResult> ReadAsync(ImmutableArray<SliQuery> queries, long first, int count) =>
        ReadAsync(new SliReadRequest { Queries = queries, Grid = new StepGrid(first, count, Minute) });

    /// <summary>Reads what the source says of hours of long ago.</summary>
    public Task<SliReadResult> EstimateAsync(long firstHour, int hours) =>
        ReadAsync(new SliReadRequest { Queries = Queries, Grid = new StepGrid(firstHour, hours, Duration.FromHours(1)), AllowEstimate = true });

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private async Task<SliReadResult> ReadAsync(SliReadRequest request)
    {
        time.Advance((request.Grid.End + Settle).ToDateTimeOffset() - time.GetUtcNow());
        var result = await source.ReadAsync(request, CancellationToken.None);
        if (result.Outcomes.FirstOrDefault(o => !o.IsRead) is { } failed)
            throw new InvalidOperationException($"a read failed: {failed.Unmeasured}, {failed.Detail}");

        return result;
    }
}
