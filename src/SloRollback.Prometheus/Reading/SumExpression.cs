using System.Globalization;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Planning;

namespace SloRollback.Prometheus.Reading;

/// <summary>
/// How the server is asked to sum the growth of counters over a step, label by label:
/// <list type="bullet">
/// <item><b>exact</b>: in sub-steps <c>s</c> of one scrape interval, <c>last_over_time(m[s]) - last_over_time(m[1h] offset s)</c>, and
/// where that is negative, or nothing was before, <c>last_over_time(m[s])</c>. It telescopes as the raw samples do, but for a counter
/// that is reset twice within a sub-step. The look-back is an hour, since with a shorter one the first sample after a gap of that
/// length would count the counter's whole life;</item>
/// <item><b>estimate</b>: <c>increase(m[step])</c>, which extrapolates: right to about 0.2 % over long stretches.</item>
/// </list>
/// </summary>
/// <param name="Every">The time between two evaluations, in milliseconds; of an estimate the step.</param>
/// <param name="IsEstimate">Is it <c>increase</c>?</param>
internal sealed record SumExpression(long Every, bool IsEstimate)
{
    /// <summary>How far back a counter's value before is looked for, in milliseconds.</summary>
    public const long Lookback = 60 * 60 * 1000;

    /// <summary>Sub-steps that are no longer than the scrape interval and fill a step.</summary>
    public static SumExpression Exact(long step, long scrapeInterval)
    {
        var parts = Math.Max(1, (step + scrapeInterval - 1) / scrapeInterval);
        while (step % parts != 0)
            parts++;
        return new SumExpression(step / parts, IsEstimate: false);
    }

    public static SumExpression Estimate(long step) => new(step, IsEstimate: true);

    /// <summary>The time of the first evaluation: the last millisecond of the first sub-step, since a sample at its very end belongs to the next.</summary>
    public long First(in StepWindow window) => window.Start + Every - 1;

    /// <summary>The expression for a read. Ranges need not exclude their beginning, as they do since Prometheus 3: a sample there adds nothing.</summary>
    public string Text(PlannedRead read)
    {
        var (m, s) = (read.Selector, Milliseconds(Every));
        var growth = IsEstimate
            ? $"increase({m}[{s}])"
            : $"((last_over_time({m}[{s}]) - last_over_time({m}[1h] offset {s})) >= 0) or last_over_time({m}[{s}])";
        return read.Labels.IsEmpty ? $"sum({growth})" : $"sum by ({string.Join(',', read.Labels)}) ({growth})";
    }

    private static string Milliseconds(long length) => length.ToString(CultureInfo.InvariantCulture) + "ms";
}
