using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Reading;

/// <summary>
/// A counter that appears together with its target has begun at 0 when the process has just started, and may have counted for long
/// unseen when it has not: <c>process_start_time_seconds</c> tells. It is asked for new targets only, so it costs nothing while no
/// pod comes; where nothing writes it, the first sample is the baseline.
/// </summary>
internal static class StartTimes
{
    private const int MostTargets = 500;

    /// <summary>Marks the counters that appeared and have begun at 0.</summary>
    public static async Task MarkAsync(ReadContext context, IEnumerable<ReadPart> parts, CancellationToken cancellationToken)
    {
        // What is there at the beginning of all that was read has not appeared.
        var byInstance = parts.SelectMany(p => p.Appeared.Where(s => s.Samples is [var oldest, ..] && oldest.Time > p.From + (2 * context.ScrapeInterval)).Select(s => (Part: p, Series: s)))
            .ToLookup(s => TargetIdentity.InstanceOf(s.Series.Target), StringComparer.Ordinal);
        foreach (var some in byInstance.Select(g => g.Key).Where(i => i.Length > 0).Order(StringComparer.Ordinal).Chunk(MostTargets))
        {
            var instances = string.Join('|', some.Select(SelectorText.Pattern));
            var selector = SelectorText.Of([new("__name__", MatchOperator.Equal, "process_start_time_seconds"), new("instance", MatchOperator.Matches, instances)]);
            var started = new Starts();
            var answer = await context.AskAsync((client, ct) => client.ReadInstantAsync(selector, context.Latest, started, ct), cancellationToken).ConfigureAwait(false);
            if (answer.Failure is not null)
                continue;

            foreach (var (part, series) in some.SelectMany(i => byInstance[i]))
            {
                // A process that began after the sample is the next one: what the sample counted may be old.
                if (started.ByTarget.TryGetValue(series.Target, out var start) && series.Samples[0].Time - start is var age && age >= 0 && age <= context.Window.GapTolerance)
                    part.MarkBirth(series);
            }
        }
    }

    private sealed class Starts : ISeriesSink
    {
        public Dictionary<string, long> ByTarget { get; } = new(StringComparer.Ordinal);

        public void Add(ReadOnlySpan<byte> labels, ReadOnlySpan<Sample> samples)
        {
            var json = new LabelsJson(labels);
            if (samples is [.., { Value: > 0 and < 1e11 } newest])
                ByTarget[TargetIdentity.Of(json.Find("job"u8), json.Find("instance"u8))] = (long)(newest.Value * 1000);
        }
    }
}
