using System.Collections.Immutable;
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
    /// <summary>What an episode becomes at an evaluation; <see langword="null"/> while there is none.</summary>
    /// <param name="open">The open episode, if any.</param>
    /// <param name="key">The rule.</param>
    /// <param name="deployment">The deployment that sets the counts, if any.</param>
    /// <param name="result">The condition at this evaluation.</param>
    /// <param name="at">The time of the evaluation.</param>
    /// <param name="runs">The objective's runs of errors, one per factor.</param>
    /// <param name="step">Length of a step.</param>
    public static Episode? Next(
        Episode? open, RuleKey key, DeploymentId? deployment, ConditionResult result, Instant at, ImmutableArray<ErrorRun> runs, Duration step)
    {
        if (open is null)
            return result.Verdict == Verdict.Breached ? Begin(key, deployment, result, at, runs, step) : null;

        return result.Verdict switch
        {
            Verdict.Breached => open with { LastVerdict = at },
            Verdict.NotBreached => open with { LastVerdict = at, EndedAt = at, End = EpisodeEnd.Recovered },
            _ => at - open.LastVerdict >= open.LongLookback ? open with { EndedAt = at, End = EpisodeEnd.Lost } : open,
        };
    }

    /// <summary>What an episode's run of errors looked like when a deployment started.</summary>
    public static DeploymentFacts Facts(Episode episode, Deployment deployment, ObjectiveTracker tracker)
    {
        var mark = tracker.Mark(deployment);
        var began = StepGrid.IndexOf(episode.ErrorsBegan, tracker.Step);
        var shortSteps = tracker.StepsIn(episode.ShortLookback);
        var since = tracker.Since(mark);
        return new DeploymentFacts
        {
            Deployment = deployment.Id,
            BadBefore = began < mark.Before ? Math.Max(0, mark.AtBefore.Bad - tracker.At(began).Bad) : 0,
            IsPresentLevel = deployment.StartedAt - episode.ErrorsBegan > episode.LongLookback,
            CoverageBefore = tracker.Between(mark.Before - shortSteps, mark.Before).Coverage,
            BadSince = since.Bad,
            ValidSince = since.Valid,
        };
    }

    private static Episode Begin(
        RuleKey key, DeploymentId? deployment, ConditionResult result, Instant at, ImmutableArray<ErrorRun> runs, Duration step)
    {
        var breached = BurnWindows.OfBreached(result).ToList();
        var widest = BurnWindows.Widest(breached);
        var began = at - step;
        foreach (var run in runs)
        {
            if (run.IsOpen && breached.Exists(w => w.Above == run.Above))
                began = Instant.Min(began, StepGrid.StartOf(run.Began, step));
        }

        return new Episode
        {
            Rule = key,
            Deployment = deployment,
            Onset = at,
            ErrorsBegan = began,
            Above = widest.Above,
            LongLookback = widest.Long,
            ShortLookback = widest.Short,
            LastVerdict = at,
        };
    }
}
