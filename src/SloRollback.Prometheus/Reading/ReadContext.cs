using System.Collections.Immutable;
using NodaTime;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Http;

namespace SloRollback.Prometheus.Reading;

/// <summary>What the questions of one request have in common: whom to ask, about when, how many at a time; and what the answers said beside the counts.</summary>
internal sealed class ReadContext(PrometheusClient client, PrometheusOptions options, StepWindow window, long latest) : IDisposable
{
    private readonly SemaphoreSlim free = new(options.MaximumConcurrency);
    private readonly Lock gate = new();
    private readonly SortedSet<string> warnings = new(StringComparer.Ordinal);

    public PrometheusClient Client => client;

    public StepWindow Window { get; } = window;

    /// <summary>The last time of which samples are asked for: what comes after the steps shows the far side of a gap in them.</summary>
    public long Latest => latest;

    /// <summary>Do the steps lie so far back that nothing newer bears on them? Reading them must neither disturb nor delay the newest.</summary>
    public bool IsHistory { get; init; }

    /// <summary>The time between two samples of a series, in milliseconds.</summary>
    public long ScrapeInterval { get; } = (long)options.ScrapeInterval.TotalMilliseconds;

    /// <summary>How far the server's clock is ahead of ours, by the newest answer that told.</summary>
    public Duration? ClockOffset { get; private set; }

    public ImmutableArray<string> Warnings
    {
        get
        {
            lock (gate)
                return [.. warnings];
        }
    }

    /// <summary>Asks, when it is this question's turn, and notes what the answer says beside the counts.</summary>
    public async Task<QueryAnswer> AskAsync(Func<PrometheusClient, CancellationToken, Task<QueryAnswer>> ask, CancellationToken cancellationToken)
    {
        var answer = await LimitedAsync(ask, cancellationToken).ConfigureAwait(false);
        Note(answer.ClockOffset, answer.Warnings);
        return answer;
    }

    /// <summary>Asks, when it is this question's turn.</summary>
    public async Task<T> LimitedAsync<T>(Func<PrometheusClient, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ask(client, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            free.Release();
        }
    }

    /// <summary>Notes what an answer said beside the counts.</summary>
    public void Note(Duration? clockOffset, ImmutableArray<string> noted)
    {
        lock (gate)
        {
            ClockOffset = clockOffset ?? ClockOffset;
            if (!noted.IsEmpty)
                warnings.UnionWith(noted);
        }
    }

    /// <summary>The steps in which the server sampled anything.</summary>
    public Task<HashSet<long>> ReadHeartbeatAsync(long first, long last, CancellationToken cancellationToken) =>
        Heartbeat.ReadAsync(client, first, last, Window.Step, cancellationToken);

    public void Dispose() => free.Dispose();
}
