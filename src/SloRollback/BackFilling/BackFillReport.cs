using NodaTime;
using SloRollback.Evaluation;
using SloRollback.Indicators;
using SloRollback.Objectives;

namespace SloRollback.BackFilling;

/// <summary>What the status says of an objective's back-fill. A composite's is that of its members.</summary>
internal static class BackFillReport
{
    /// <summary>The end of the newest counts that are estimates, while they count.</summary>
    public static Instant? ApproximateBefore(ObjectiveState objective)
    {
        Instant? newest = null;
        foreach (var member in objective.Members)
            newest = Later(newest, ApproximateBefore(member));
        if (objective is not { BackFill.ApproximateBefore: { } before, Tracker.HasStarted: true })
            return newest;

        return before > StepGrid.StartOf(BackFillPlan.Limit(objective), objective.Terms.Step) ? before : null;
    }

    /// <summary>How far history is filled in; of a composite's members the one that lags most.</summary>
    public static BackFillStatus? Status(ObjectiveState objective)
    {
        BackFillStatus? least = null;
        foreach (var member in objective.Members)
        {
            if (Status(member) is not { } one)
                return null;
            if (least is null || one.Progress < least.Progress)
                least = one;
        }

        if (objective is not { BackFill: not null, Tracker.HasStarted: true })
            return least;

        var (limit, step) = (BackFillPlan.Limit(objective), objective.Terms.Step);
        return new BackFillStatus
        {
            From = StepGrid.StartOf(limit, step),
            DoneUntil = StepGrid.StartOf(Math.Max(limit, BackFillPlan.DoneFrom(objective)), step),
            Progress = BackFillPlan.Progress(objective),
        };
    }

    private static Instant? Later(Instant? a, Instant? b) => a is null || b > a ? b : a;
}
