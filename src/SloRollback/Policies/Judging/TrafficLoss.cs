using NodaTime;
using SloRollback.Budgets;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Objectives;

namespace SloRollback.Policies.Judging;

/// <summary>
/// Did valid events stay away since a rollout ended (SEMANTICS §5)? What is expected is the least of four comparisons, so that the
/// end of a rush hour is no loss; a stretch of which little is known is unknown.
/// </summary>
internal static class TrafficLoss
{
    private const double Chance = 1e-4;
    private const double LeastExpected = 8;
    private const double MinimumCoverage = 0.5;
    private const double MinimumCoverageBefore = 0.8;

    // A single step may hold the moment when traffic moves over.
    private const long LeastSteps = 2;
    private const long EarlySteps = 3;

    /// <summary>The verdict with its figures.</summary>
    public readonly record struct Finding(Judgement Judgement, double Observed = 0, double Expected = 0);

    public static Finding Find(IObjectiveCounts counts, Deployment deployment, double share)
    {
        var step = counts.Terms.Step;
        if (deployment.EndedAt is not { } ended)
            return new(Judgement.NotBreached);

        var from = StepGrid.IndexAtOrAfter(ended, step);
        var since = counts.Between(from, counts.Next);
        if (since.Steps < LeastSteps)
            return new(Judgement.NotBreached);
        if (Known(since) < MinimumCoverage * (since.Steps - since.Excluded))
            return new(Judgement.Unknown(UnknownReason.LookbackUnmeasured));
        if (ExpectedRate(counts, deployment, from) is not { } rate)
            return new(Judgement.Unknown(UnknownReason.BeforeDeploymentUnmeasured));

        var expected = rate * Known(since);
        if (expected < LeastExpected)
            return new(Judgement.Unknown(UnknownReason.TooFewEvents), since.Valid, expected);

        // Lost as soon as there were enough steps to say so, and lost ever since: what began later is not the rollout's.
        var (early, middle) = (from + Math.Max(EarlySteps, (long)Math.Ceiling(LeastExpected / rate)), from + (since.Steps / 2));
        var isLost = Known(since) >= LeastSteps
            && !IsKept(since, rate, share)
            && !IsKept(counts.Between(from, Math.Min(early, counts.Next)), rate, share)
            && !IsKept(counts.Between(from, middle), rate, share)
            && !IsKept(counts.Between(middle, counts.Next), rate, share)
            && Poisson.AtMost(since.Valid, expected) < Chance;
        return new(Judgement.Of(isLost), since.Valid, expected);
    }

    // A stretch of which nothing is known contradicts nothing.
    private static bool IsKept(in WindowCounts window, double rate, double share) =>
        Known(window) > 0 && window.Valid >= share * rate * Known(window);

    // A step that is missing while the source answers had no events.
    private static long Known(in WindowCounts window) => window.Seen + window.Missing;

    private static double? ExpectedRate(IObjectiveCounts counts, Deployment deployment, long from)
    {
        var terms = counts.Terms;
        var before = StepGrid.IndexOf(deployment.StartedAt, terms.Step);
        if (Rate(counts.Between(before - terms.StepsIn(Duration.FromHours(1)), before)) is not { } hour
            || Rate(counts.Between(before - terms.StepsIn(Duration.FromMinutes(15)), before)) is not { } quarter)
        {
            return null;
        }

        var day = terms.StepsIn(Duration.FromDays(1));
        var dayAgo = Rate(counts.Around(from - day, counts.Next - day));
        var weekAgo = Rate(counts.Around(from - (7 * day), counts.Next - (7 * day)));
        return Math.Min(Math.Min(hour, quarter), Math.Min(dayAgo ?? hour, weekAgo ?? hour));
    }

    private static double? Rate(in WindowCounts window) =>
        Known(window) > 0 && Known(window) >= MinimumCoverageBefore * (window.Steps - window.Excluded) ? window.MeanRate : null;
}
