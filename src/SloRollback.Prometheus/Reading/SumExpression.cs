using System.Collections.Immutable;
using System.Globalization;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Planning;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Reading;

/// <summary>
/// How the server is asked to sum the growth of counters over a step, label by label:
/// <list type="bullet">
/// <item><b>exact</b>: in sub-steps <c>s</c> of one scrape interval, <c>last_over_time(m[s]) - last_over_time(m[1h] offset s)</c>, and
/// where that is negative, or nothing was before, <c>last_over_time(m[s])</c>. It telescopes as the raw samples do, but for a counter
/// that is reset twice within a sub-step. The look-back is an hour, since with a shorter one the first sample after a gap of that
/// length would count the counter's whole life. So it would after a longer one, or when the server is told of a process that has
/// been at work for long: what targets expose that <c>up</c> says were not scraped in the hour before is a baseline, unless
/// <c>process_start_time_seconds</c> says that they have just begun;</item>
/// <item><b>estimate</b>: <c>increase(m[step])</c>, which extrapolates: right to about 0.2 % over long stretches.</item>
/// </list>
/// </summary>
/// <param name="Every">The time between two evaluations, in milliseconds; of an estimate the step.</param>
/// <param name="IsEstimate">Is it <c>increase</c>?</param>
/// <param name="GapTolerance">How old a process may be that counts from 0, in milliseconds.</param>
internal sealed record SumExpression(long Every, bool IsEstimate, long GapTolerance = 0)
{
    /// <summary>How far back a counter's value before is looked for, in milliseconds.</summary>
    public const long Lookback = 60 * 60 * 1000;

    /// <summary>Sub-steps that are no longer than the scrape interval and fill a step.</summary>
    public static SumExpression Exact(long step, long scrapeInterval, long gapTolerance)
    {
        var parts = Math.Max(1, (step + scrapeInterval - 1) / scrapeInterval);
        while (step % parts != 0)
            parts++;
        return new SumExpression(step / parts, IsEstimate: false, gapTolerance);
    }

    public static SumExpression Estimate(long step) => new(step, IsEstimate: true);

    /// <summary>
    /// The label <c>instance</c> of the targets of which nothing may be known before; <see langword="null"/> when it may be any of all.
    /// To look for them among all targets in every sum would cost more than the sums.
    /// </summary>
    public IReadOnlyCollection<string>? Unknown { get; init; }

    /// <summary>The number of samples instead of the growth: counters of one histogram that have equally many were sampled together.</summary>
    public SumExpression OfSamples => this with { CountsSamples = true };

    private bool CountsSamples { get; init; }

    /// <summary>
    /// Asks for the instances that may be meant by <see cref="Unknown"/>, once a step instead of once a sub-step: the stretches are such
    /// that none is missed that the sums' own condition finds, and few more are found.
    /// </summary>
    /// <param name="step">The length of a step, in milliseconds; at most half of <see cref="Lookback"/>.</param>
    public string InstancesOfUnknown(long step) =>
        $"count by (instance) ((max_over_time(up[{Milliseconds(step)}]) == 1"
            + $" unless on (job,instance) max_over_time(up[{Milliseconds(Lookback - (step - Every))}] offset {Milliseconds(step)}) == 1)"
            + $" unless on (job,instance) min_over_time(process_start_time_seconds[{Milliseconds(step)}]) >= time() - {Seconds(GapTolerance + Every)})";

    /// <summary>The time of the first evaluation: the last millisecond of the first sub-step, since a sample at its very end belongs to the next.</summary>
    public long First(in StepWindow window) => window.Start + Every - 1;

    /// <summary>The expression for a read. Ranges need not exclude their beginning, as they do since Prometheus 3: a sample there adds nothing.</summary>
    public string Text(PlannedRead read)
    {
        var (m, s) = (read.Selector, Milliseconds(Every));
        var growth = CountsSamples ? $"count_over_time({m}[{s}])"
            : IsEstimate ? $"increase({m}[{s}])"
            : $"((last_over_time({m}[{s}]) - last_over_time({m}[1h] offset {s})) >= 0) or last_over_time({m}[{s}])";
        if (!IsEstimate && Unknown is not { Count: 0 })
            growth = $"({growth}) unless on (job,instance) ({UnknownOf(read.Matchers, s)})";
        return read.Labels.IsEmpty ? $"sum({growth})" : $"sum by ({string.Join(',', read.Labels.Select(SelectorText.LabelName))}) ({growth})";
    }

    // The targets that were scraped now, not in the hour before, and have not just begun. Of a job that is named only its own are looked at.
    private string UnknownOf(ImmutableArray<SeriesMatcher> matchers, string s)
    {
        var targets = matchers.Where(m => m.Label is "job" or "instance").ToList();
        if (Unknown is not null)
            targets.Add(new("instance", MatchOperator.Matches, string.Join('|', Unknown.Order(StringComparer.Ordinal).Select(SelectorText.Pattern))));

        string Of(string metric) => SelectorText.Of(targets.Prepend(new(VectorSelector.NameLabel, MatchOperator.Equal, metric)));
        var up = Of("up");
        var start = Of("process_start_time_seconds");
        return $"(last_over_time({up}[{s}]) == 1 unless on (job,instance) max_over_time({up}[1h] offset {s}) == 1)"
            + $" unless on (job,instance) last_over_time({start}[{s}]) >= time() - {Seconds(GapTolerance + Every)}";
    }

    private static string Seconds(long length) => (length / 1000m).ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(long length) => length.ToString(CultureInfo.InvariantCulture) + "ms";
}
