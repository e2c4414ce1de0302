using System.Collections.Concurrent;
using SloRollback.Indicators;
using SloRollback.Prometheus.Http;

namespace SloRollback.Prometheus.Expressions;

/// <summary>
/// Finds out what only the server can tell of an indicator: whether a histogram has a bucket at the threshold, or is a native one. The
/// answer is kept; one that says no, or that yields nothing, is asked for again, at most every few minutes.
/// </summary>
internal sealed class IndicatorResolver(TimeProvider time)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(3);

    private readonly ConcurrentDictionary<Indicator, Entry> entries = new();

    /// <summary>How an indicator is read; never as a <see cref="IndicatorReading.Latency"/>.</summary>
    /// <param name="indicator">The indicator.</param>
    /// <param name="at">When its series are looked for, in milliseconds: in the newest step that is read.</param>
    /// <param name="client">Asks the server.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    public async Task<IndicatorReading> ResolveAsync(Indicator indicator, long at, PrometheusClient client, CancellationToken cancellationToken)
    {
        if (entries.TryGetValue(indicator, out var known) && !MayAskAgain(known, at))
            return known.Reading;

        var reading = IndicatorReadings.Of(indicator);
        var isDoubtful = false;
        if (reading is IndicatorReading.Latency latency)
        {
            (reading, isDoubtful, var failure) = await AskAsync(latency, at, client, cancellationToken).ConfigureAwait(false);

            // What was true a while ago is better than nothing; without that the failure is the answer, and is not kept.
            if (failure is not null)
                return known?.Reading ?? new IndicatorReading.Rejected(failure);
        }

        entries[indicator] = new Entry(reading, at, time.GetTimestamp())
        {
            IsDoubtful = isDoubtful,
            IsGuess = isDoubtful && reading is IndicatorReading.Counters,
        };
        return reading;
    }

    /// <summary>Notes that the reading yielded no series, or not all: the histogram may have changed.</summary>
    /// <param name="indicator">The indicator.</param>
    /// <param name="hasSeries">Are there series, though not the ones that were expected? Where nothing was known of them it can be known now.</param>
    public void Doubt(Indicator indicator, bool hasSeries)
    {
        if (indicator is not LatencyIndicator || !entries.TryGetValue(indicator, out var known))
            return;

        known.IsRefuted = hasSeries && known.IsGuess;
        known.IsDoubtful = true;
    }

    // Reading history must not unsettle what is known of the present.
    private bool MayAskAgain(Entry known, long at) =>
        at >= known.At && (known.IsRefuted || (known.IsDoubtful && time.GetElapsedTime(known.AskedAt) >= AskAgain));

    private static async Task<(IndicatorReading Reading, bool IsDoubtful, SliOutcome? Failure)> AskAsync(
        IndicatorReading.Latency latency, long at, PrometheusClient client, CancellationToken cancellationToken)
    {
        var (histogram, threshold) = latency;
        var bounds = new LabelledSeries.Sink();
        var answer = await client.ReadInstantAsync(histogram.Bounds, at, bounds, cancellationToken).ConfigureAwait(false);
        if (answer.Failure is not null)
            return (latency, true, answer.Failure);

        string[] texts = [.. bounds.Series.Select(s => s.Labels.GetValueOrDefault("le", "")).Where(le => le.Length > 0)];
        var classic = BucketChoice.Choose(histogram, threshold, texts);
        if (texts.Length > 0 && classic is IndicatorReading.Counters)
            return (classic, false, null);

        // A service may expose both kinds: where no bucket fits, the native one does.
        var sign = new LabelledSeries.Sink();
        answer = await client.ReadInstantAsync(NativeHistogram.Sign(histogram.Text), at, sign, cancellationToken).ConfigureAwait(false);
        if (answer.Failure is not null)
            return (latency, true, answer.Failure);

        return sign.Series.Count > 0
            ? (new IndicatorReading.NativeHistogram(histogram.Text, threshold.Text), false, null)
            : (classic, true, null);
    }

    private sealed class Entry(IndicatorReading reading, long at, long askedAt)
    {
        public IndicatorReading Reading => reading;

        /// <summary>When its series were looked for.</summary>
        public long At => at;

        public long AskedAt => askedAt;

        /// <summary>Was there no series to tell by?</summary>
        public bool IsGuess { get; init; }

        public bool IsDoubtful { get; set; }

        public bool IsRefuted { get; set; }
    }
}
