using NodaTime;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Services;

namespace SloRollback.Policies;

/// <summary>
/// Carries a rule's episodes from one evaluation to the next (SEMANTICS §5): begins them at the first breach, ends them at the first
/// evaluation that is not breached, and dates the beginning of the errors.
/// </summary>
internal static class PolicyEvaluator
{
    /// <summary>The episode that begins at a breach.</summary>
    /// <param name="key">The rule.</param>
    /// <param name="deployment">The deployment that sets the counts, if any.</param>
    /// <param name="result">The condition at this evaluation: breached.</param>
    /// <param name="at">The time of the evaluation.</param>
    /// <param name="counts">The objective's counts.</param>
    public static Episode Begin(RuleKey key, DeploymentId? deployment, ConditionResult result, Instant at, IObjectiveCounts counts)
    {
        var terms = counts.Terms;
        var breached = BurnWindows.OfBreached(result, terms.Target).ToList();
        var widest = BurnWindows.Widest(breached);
        var began = at - terms.Step;
        foreach (var windows in breached)
        {
            if (ErrorsBegan(windows, counts) is { } first)
                began = Instant.Min(began, StepGrid.StartOf(first, terms.Step));
        }

        return new Episode
        {
            Rule = key,
            Deployment = deployment,
            Onset = at,
            ErrorsBegan = Told(result).Append(began).Min(),
            Above = widest.Above,
            LongLookback = widest.Long,
            ShortLookback = widest.Short,
            LastVerdict = at,
        };
    }

    /// <summary>What an open episode becomes at an evaluation.</summary>
    public static Episode Next(Episode open, Verdict verdict, Instant at) => verdict switch
    {
        Verdict.Breached => open with { LastVerdict = at },
        Verdict.NotBreached => open with { LastVerdict = at, EndedAt = at, End = EpisodeEnd.Recovered },
        _ => at - open.LastVerdict >= open.LongLookback ? open with { EndedAt = at, End = EpisodeEnd.Lost } : open,
    };

    /// <summary>What an episode's run of errors looked like when a deployment started.</summary>
    public static DeploymentFacts Facts(Episode episode, Deployment deployment, IObjectiveCounts counts)
    {
        var terms = counts.Terms;
        var mark = counts.Mark(deployment);
        var before = mark.Before.Step;
        var since = counts.Since(mark);
        return new DeploymentFacts
        {
            Deployment = deployment.Id,
            BadBefore = counts.BadBefore(mark, StepGrid.IndexOf(episode.ErrorsBegan, terms.Step)),
            IsPresentLevel = IsPresentLevel(episode, before, counts),
            CoverageBefore = counts.Between(before - terms.StepsIn(episode.ShortLookback), before).Coverage,
            BadSince = since.Bad,
            ValidSince = since.Valid,
        };
    }

    // Errors ran in the long look-back before the deployment, and began before it: that is how the service is at present.
    private static bool IsPresentLevel(Episode episode, long before, IObjectiveCounts counts)
    {
        var limit = new BurnWindows(episode.Above, episode.LongLookback, episode.ShortLookback).Limit(counts.Terms.Target);
        var lookback = counts.Terms.StepsIn(episode.LongLookback);
        return counts.ErrorsBegan(limit, before - lookback, before) is not null
            && counts.ErrorsBegan(limit, before - (2 * lookback), before) < before - lookback;
    }

    // A slow breach comes when the look-back has left the beginning of an outage behind: a run that is open where it seems to begin
    // goes on before.
    private static long? ErrorsBegan(BurnWindows windows, IObjectiveCounts counts)
    {
        var (limit, lookback) = (windows.Limit(counts.Terms.Target), counts.Terms.StepsIn(windows.Long));
        return counts.ErrorsBegan(limit, counts.Next - lookback, counts.Next) is { } first
            ? counts.ErrorsBegan(limit, first - lookback, first) ?? first
            : null;
    }

    private static IEnumerable<Instant> Told(ConditionResult result) => result.Verdict != Verdict.Breached ? []
        : result.Parts.SelectMany(Told).Concat(result.ErrorsBegan is { } began ? [began] : []);
}
