using NodaTime;
using SloRollback.Budgets;
using SloRollback.Deployments;
using SloRollback.Indicators;

namespace SloRollback.Objectives;

/// <summary>
/// The counts of one objective: cumulative, at three resolutions (each step, 10 steps, 180 steps), so that every window is the
/// difference of two look-ups, and exact at marks. The one mutable type of the core: deterministic, one writer, no clock. Steps
/// are recorded in order; a recorded step may be corrected while it is kept at the finest resolution.
/// </summary>
internal sealed class ObjectiveTracker
{
    internal const int FineCapacity = 421;
    private const int MediumSteps = 10;
    private const int MediumCapacity = 433;
    private const int CoarseSteps = 180;

    private readonly CumulativeRing fine = new(1, FineCapacity);
    private readonly CumulativeRing medium = new(MediumSteps, MediumCapacity);
    private readonly CumulativeRing coarse;
    private readonly Dictionary<DeploymentId, DeploymentMark> marks = [];
    private StepTotals total;

    public ObjectiveTracker(Duration step, Duration period)
    {
        Step = step;
        PeriodSteps = StepsIn(period);
        coarse = new CumulativeRing(CoarseSteps, (int)(PeriodSteps / CoarseSteps) + 2);
    }

    public Duration Step { get; }

    /// <summary>Number of steps in the objective's period.</summary>
    public long PeriodSteps { get; }

    /// <summary>Index of the first step that was recorded; meaningless before <see cref="HasStarted"/>.</summary>
    public long First { get; private set; }

    /// <summary>Index of the next step to record.</summary>
    public long Next { get; private set; }

    public bool HasStarted { get; private set; }

    /// <summary>The newest step.</summary>
    public SliStep Newest { get; private set; }

    public long StepsIn(Duration duration) => Math.Max(1, (long)Math.Round(duration / Step));

    /// <summary>Records the next step. Steps that were skipped count as unmeasured.</summary>
    public void Record(long step, in SliStep value)
    {
        if (!HasStarted)
        {
            HasStarted = true;
            First = Next = step;
            AppendBoundary();
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(step, Next);
        while (Next < step)
            Add(new SliStep(StepState.Unmeasured));
        Add(value);
    }

    /// <summary>Replaces a recorded step, as when its counts come late. Returns false when it is no longer kept singly.</summary>
    public bool Correct(long step, in SliStep value)
    {
        if (!HasStarted || step < First || step >= Next || !TryGetStep(step, out var old))
            return false;

        if (step == Next - 1)
            Newest = value;
        var delta = StepTotals.Of(value) - old;
        if (delta == default)
            return true;

        total += delta;
        fine.Correct(step, delta);
        medium.Correct(step, delta);
        coarse.Correct(step, delta);
        foreach (var mark in marks.Values)
        {
            if (mark.Since > step) mark.AtSince += delta;
            if (mark.Before > step) mark.AtBefore += delta;
            if (delta.Gaps != 0 && step >= mark.Start - 1 && step <= mark.Since) SettleAnew(mark);
        }

        return true;
    }

    /// <summary>The counts of one step, while it is kept singly.</summary>
    public bool TryGetStep(long step, out StepTotals counts)
    {
        counts = default;
        if (step < First || step >= Next || !fine.TryGet(step, out var before) || !fine.TryGet(step + 1, out var after))
            return false;

        counts = after - before;
        return true;
    }

    /// <summary>Oldest step that is kept singly.</summary>
    public long OldestSingleStep => HasStarted ? Math.Max(First, fine.OldestStep) : Next;

    /// <summary>
    /// The counts of the newest steps. Beyond the finest resolution the old edge is rounded to the next bucket, so that the answer
    /// lacks at most the events of one bucket.
    /// </summary>
    public WindowCounts Last(long steps) => Between(Next - steps, Next);

    /// <summary>The counts of a run of steps that ends at or before the newest one.</summary>
    public WindowCounts Between(long from, long to) => (At(to) - At(from)).Over(to - from);

    /// <summary>The objective's error budget now.</summary>
    public ErrorBudget Budget(ObjectiveTarget target) =>
        ErrorBudget.Create(target, Last(PeriodSteps), Last(Math.Min(PeriodSteps, StepsIn(Duration.FromDays(7)))));

    /// <summary>The mark of a deployment, set when it is first asked for.</summary>
    public DeploymentMark Mark(Deployment deployment)
    {
        var id = deployment.Id;
        if (!marks.TryGetValue(id, out var mark))
        {
            mark = new DeploymentMark(
                StepGrid.IndexOf(deployment.StartedAt, Step),
                StepGrid.IndexAtOrAfter(deployment.StartedAt, Step));
            mark.AtBefore = At(mark.Before);
            mark.AtSince = At(mark.Since);
            marks.Add(id, mark);
            Settle(mark);
        }

        return mark;
    }

    /// <summary>Drops the marks of deployments that can no longer be blamed.</summary>
    public void KeepMarks(HashSet<DeploymentId> deployments)
    {
        foreach (var id in marks.Keys)
        {
            if (!deployments.Contains(id))
                marks.Remove(id);
        }
    }

    /// <summary>Bad events in the newest steps that came since a mark.</summary>
    public double BadSince(DeploymentMark mark, long steps)
    {
        if (mark.Since >= Next)
            return 0;

        return Math.Max(0, Math.Min(total.Bad - mark.AtSince.Bad, Last(steps).Bad));
    }

    /// <summary>All counts since a mark.</summary>
    public WindowCounts Since(DeploymentMark mark) =>
        mark.Since >= Next ? default : (total - mark.AtSince).Over(Next - mark.Since);

    /// <summary>Counts of all steps before a boundary.</summary>
    public StepTotals At(long step)
    {
        if (!HasStarted || step <= First)
            return default;

        if (step >= Next || (!fine.TryGet(step, out var totals) && !medium.TryGet(step, out totals) && !coarse.TryGet(step, out totals)))
            return step >= OldestSingleStep ? total : default;

        return totals;
    }

    private void Add(in SliStep value)
    {
        total += StepTotals.Of(value);
        Newest = value;
        Next++;
        AppendBoundary();
        foreach (var mark in marks.Values)
        {
            if (mark.Before == Next) mark.AtBefore = total;
            if (mark.Since == Next) mark.AtSince = total;
            if (!mark.IsSettled) Settle(mark);
        }
    }

    private void AppendBoundary()
    {
        fine.Append(Next, total);
        medium.Append(Next, total);
        coarse.Append(Next, total);
    }

    // A gap that contains the start belongs to the time before the deployment (SEMANTICS §5).
    private void Settle(DeploymentMark mark)
    {
        if (HasStarted && mark.Since < First)
            mark.Since = First;
        while (mark.Since < Next && IsGap(mark.Since - 1) && IsGap(mark.Since))
        {
            mark.Since++;
            mark.AtSince = At(mark.Since);
        }

        mark.IsSettled = mark.Since < Next;
    }

    // A gap that was filled with what was really measured is none: what lies behind the start counts again.
    private void SettleAnew(DeploymentMark mark)
    {
        if (mark.Start > First && mark.Start < OldestSingleStep)
            return;

        mark.Since = mark.Start;
        mark.AtSince = At(mark.Start);
        Settle(mark);
    }

    private bool IsGap(long step) => step < First || (TryGetStep(step, out var counts) && counts.Gaps > 0);
}
