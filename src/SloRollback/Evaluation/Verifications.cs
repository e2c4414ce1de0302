using NodaTime;
using SloRollback.Indicators;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Evaluation;

/// <summary>Gathers what a verification rests on: all objectives with an open episode on the target, and those that asked for it.</summary>
internal static class Verifications
{
    public static Verification Of(EngineState state, RollbackRecord rollback, Instant now)
    {
        var completed = rollback.CompletedAt ?? now;
        var claims = Claims(state, rollback).GroupBy(c => c.Rule.Objective).ToList();
        return new Verification
        {
            EvaluatedAt = now,
            CompletedAt = completed,
            Readings = [.. claims.Select(c => Read(state, c.Key, c, completed, now))],
            Needed = state.Settings.Verification,
            Timeout = Duration.Max(state.Settings.VerificationTimeout, Longest(state, claims.Select(c => c.Key))),
        };
    }

    // The first slice that begins after the completion is over within two: before that nothing can be told by slices, however long.
    private static Duration Longest(EngineState state, IEnumerable<ObjectiveKey> keys)
    {
        var asked = keys.ToHashSet();
        return state.Objectives.Where(o => asked.Contains(o.Key)).Select(o => 2 * o.Terms.Step).DefaultIfEmpty(Duration.Zero).Max();
    }

    /// <summary>What a rule demands of its objective after a rollback.</summary>
    public static RollbackClaim Claim(DecisionInput input) => new()
    {
        Rule = input.Key,
        MaximumErrorRatio = input.Episode.Above * input.Target.ErrorBudgetFraction,
        MinimumValid = input.Rule.MinimumValid,
    };

    private static IEnumerable<RollbackClaim> Claims(EngineState state, RollbackRecord rollback) => rollback.Claims.Concat(
        from objective in state.Objectives
        from rule in objective.Rules
        where rule.Rule.Rollback?.Target == rollback.Target
        from open in rule.Open.Values
        select new RollbackClaim
        {
            Rule = rule.Key,
            MaximumErrorRatio = open.Episode.Above * objective.Objective.Target.ErrorBudgetFraction,
            MinimumValid = rule.Rule.MinimumValid,
        });

    private static VerificationReading Read(
        EngineState state, ObjectiveKey key, IEnumerable<RollbackClaim> claims, Instant completed, Instant now)
    {
        var reading = new VerificationReading
        {
            Objective = key,
            MaximumErrorRatio = claims.Min(c => c.MaximumErrorRatio),
            MinimumValid = claims.Max(c => c.MinimumValid),
        };
        var objective = state.Objectives.FirstOrDefault(o => o.Key == key);
        if (objective is null)
            return reading;

        var step = objective.Terms.Step;
        var first = StepGrid.IndexAtOrAfter(completed, step);
        if (first >= objective.Counts.Next)
            return reading;

        var counts = objective.Counts.Between(first, objective.Counts.Next);
        return reading with { Bad = counts.Bad, Valid = counts.Valid, Measured = step * counts.Seen };
    }
}
