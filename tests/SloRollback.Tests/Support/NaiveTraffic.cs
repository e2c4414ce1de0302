namespace SloRollback.Tests.Support;

/// <summary>The rule of lost traffic by the letter of SEMANTICS §5, from a list of steps of one minute.</summary>
internal static class NaiveTraffic
{
    public static Judgement Judge(IReadOnlyDictionary<long, SliStep> steps, Deployment deployment, double share)
    {
        var next = steps.Keys.Max() + 1;
        if (steps[next - 1].State is StepState.Unmeasured or StepState.Inconsistent) return Judgement.Unknown(UnknownReason.NewestStepUnmeasured);
        if (deployment.EndedAt is not { } ended) return Judgement.NotBreached;

        // The first step that begins when the rollout has ended.
        var from = StepGrid.IndexAtOrAfter(ended, Given.Minute);
        if (next - from < 2) return Judgement.NotBreached;
        var since = Of(steps, from, next);
        if (since.Known * 2 < since.Counted) return Judgement.Unknown(UnknownReason.LookbackUnmeasured);

        var before = StepGrid.IndexOf(deployment.StartedAt, Given.Minute);
        if (Rate(steps, before - 60, before) is not { } hour || Rate(steps, before - 15, before) is not { } quarter)
            return Judgement.Unknown(UnknownReason.BeforeDeploymentUnmeasured);

        // At the resolution that is kept: ten minutes a day ago, three hours a week ago.
        var expected = Math.Min(Math.Min(hour, quarter), Math.Min(Ago(1440, 10) ?? hour, Ago(10_080, 180) ?? hour));
        if (expected * since.Known < 8) return Judgement.Unknown(UnknownReason.TooFewEvents);

        // Lost since the rollout ended: as soon as there is enough to say so, and still.
        var early = Math.Max(3, (long)Math.Ceiling(8 / expected));
        var middle = from + ((next - from) / 2);
        var isLost = since.Known >= 2
            && !IsKept(since)
            && !IsKept(Of(steps, from, middle))
            && !IsKept(Of(steps, middle, next))
            && !IsKept(Of(steps, from, Math.Min(next, from + early)))
            && AtMost(since.Valid, expected * since.Known) < 1e-4;
        return Judgement.Of(isLost);

        double? Ago(long length, long bucket)
        {
            var (first, last) = (Floor(from - length, bucket), -Floor(-(next - length), bucket));
            return from - length < steps.Keys.Min() ? Rate(steps, from - length, next - length) : Rate(steps, first, last);
        }

        bool IsKept((double Valid, long Known, long Counted) window) => window.Known > 0 && window.Valid >= share * expected * window.Known;
    }

    private static long Floor(long value, long bucket) => value - (((value % bucket) + bucket) % bucket);

    // Missing steps had no events; what is unmeasured is no ground for anything.
    private static (double Valid, long Known, long Counted) Of(IReadOnlyDictionary<long, SliStep> steps, long from, long to)
    {
        var (valid, known, counted) = (0.0, 0L, 0L);
        for (var step = from; step < to; step++)
        {
            var value = steps.GetValueOrDefault(step, Given.Unmeasured);
            counted += value.State == StepState.Excluded ? 0 : 1;
            if (value.State is not (StepState.Measured or StepState.NoTraffic or StepState.Missing)) continue;
            (valid, known) = (valid + value.Valid, known + 1);
        }

        return (valid, known, counted);
    }

    private static double? Rate(IReadOnlyDictionary<long, SliStep> steps, long from, long to) =>
        Of(steps, from, to) is { Known: > 0 } window && window.Known >= 0.8 * window.Counted ? window.Valid / window.Known : null;

    private static double AtMost(double count, double mean)
    {
        var (term, sum) = (-mean, 0.0);
        for (var i = 0; i <= count; i++)
        {
            if (i > 0) term += Math.Log(mean / i);
            sum += Math.Exp(term);
        }

        return sum;
    }
}
