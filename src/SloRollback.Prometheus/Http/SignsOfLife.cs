using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Reading;

namespace SloRollback.Prometheus.Http;

/// <summary>In which steps the source was at work. Any sample of any indicator tells, and is free; only where there is none the server is asked.</summary>
internal static class SignsOfLife
{
    /// <summary>Asks, where that is needed.</summary>
    /// <param name="context">Whom to ask, and about which steps.</param>
    /// <param name="span">When anything was sampled.</param>
    /// <param name="needsPast">Is it needed of the hour before the steps as well?</param>
    /// <param name="cancellationToken">Stops the question.</param>
    public static async Task<Func<long, bool>> AskAsync(ReadContext context, SampledSpan span, bool needsPast, CancellationToken cancellationToken)
    {
        var unclear = span.Unclear();
        if (needsPast && context.Window.Count > 0)
            unclear = (context.Window.StepOf(context.Window.Start - SumExpression.Lookback), Math.Max(unclear?.Last ?? long.MinValue, context.Window.First));
        if (unclear is not var (from, to))
            return span.IsSampled;

        var alive = await context.ReadHeartbeatAsync(from, to, cancellationToken).ConfigureAwait(false);
        return step => alive.Contains(step) || span.IsSampled(step);
    }
}
