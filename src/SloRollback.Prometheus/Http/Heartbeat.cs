using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Http;

/// <summary>
/// Tells a step in which Prometheus was down from one in which only an indicator's series are missing: a server at work has
/// samples of <c>up</c> in every step. It is asked only when a step has no sample of any selector of the read, so it costs
/// nothing while all is well. Where nothing writes <c>up</c>, or it cannot be read, such a step counts as one of an outage: never
/// as one without events.
/// </summary>
internal static class Heartbeat
{
    /// <summary>The steps from <paramref name="first"/> to <paramref name="last"/> in which the server sampled anything.</summary>
    public static async Task<HashSet<long>> ReadAsync(PrometheusClient client, long first, long last, long step, CancellationToken cancellationToken)
    {
        // Evaluated at the last millisecond of each step. The range is a millisecond short, since before 3.0 both its ends belong to it.
        var expression = $"count(count_over_time(up[{Math.Max(1, step - 1)}ms]))";
        var alive = new HashSet<long>();
        for (var from = first; from <= last; from += PrometheusClient.MaximumPoints)
        {
            var to = Math.Min(last, from + PrometheusClient.MaximumPoints - 1);
            var (start, end) = (((from + 1) * step) - 1, ((to + 1) * step) - 1);
            var sink = new CollectedSeries();
            var answer = await client.ReadRangeAsync(expression, start, end, step, sink, cancellationToken).ConfigureAwait(false);
            foreach (var series in answer.Failure is null ? sink.Series : [])
            {
                foreach (var sample in series.Samples)
                    alive.Add(Math.DivRem(sample.Time, step).Quotient);
            }
        }

        return alive;
    }

    /// <summary>
    /// The steps for which it must be asked: those of the window, and those between samples of one indicator, that nothing was
    /// sampled in.
    /// </summary>
    public static (long First, long Last)? Needed(
        IReadOnlyList<(SampledSteps First, SampledSteps Second)> indicators,
        Func<long, bool> isSampled,
        in StepWindow window)
    {
        (long First, long Last)? needed = null;
        foreach (var (first, second) in indicators)
        {
            long from = window.First, to = window.First + window.Count - 1;
            foreach (var sampled in (ReadOnlySpan<SampledSteps>)[first, second])
            {
                if (!sampled.Any)
                    continue;

                from = Math.Min(from, window.StepOf(sampled.Oldest));
                to = Math.Max(to, window.StepOf(sampled.Newest));
            }

            while (from <= to && isSampled(from))
                from++;
            while (from <= to && isSampled(to))
                to--;

            if (from <= to)
                needed = needed is { } n ? (Math.Min(n.First, from), Math.Max(n.Last, to)) : (from, to);
        }

        return needed;
    }
}
