using NodaTime;
using SloRollback.Budgets;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Serialization;

namespace SloRollback.Objectives;

/// <summary>
/// The counts of one objective: cumulative at three resolutions, so that every window is the difference of two look-ups, and exact
/// at marks: deployments, resets, period boundaries. The one mutable type of the core: deterministic, one writer, no clock. Steps
/// come in order; those that are still kept singly may be corrected, and the ones before the first filled in, newest first.
/// </summary>
internal sealed class ObjectiveTracker : IObjectiveCounts
{
    private readonly TotalsHistory totals;
    private readonly ExactMarks marks;
    private readonly PeriodBoundaries? periods;
    private readonly DeploymentMarks deployments;
    private readonly ResetMark[] resets;
    private RecoveredGrowth? recovered;
    private List<long>? spread;

    public ObjectiveTracker(ObjectiveTerms terms, TrackerLayout layout)
    {
        Terms = terms;
        Layout = layout;
        totals = new TotalsHistory(layout);
        marks = new ExactMarks(totals);
        periods = terms.IsRolling ? null : new PeriodBoundaries(terms, marks);
        deployments = new DeploymentMarks(this, marks);
        resets = MarkResets(terms.Resets);
    }

    public ObjectiveTerms Terms { get; }

    /// <summary>How many boundaries are kept.</summary>
    public TrackerLayout Layout { get; }

    public bool HasStarted => totals.HasStarted;

    public long First => totals.First;

    public long Next => totals.Next;

    public StepState NewestState { get; private set; }

    /// <summary>Oldest step that is kept singly.</summary>
    public long OldestSingleStep => HasStarted ? totals.OldestSingle : Next;

    /// <summary>Records the next step. Steps that were skipped count as unmeasured.</summary>
    public void Record(long step, in SliStep value)
    {
        if (!HasStarted)
        {
            totals.Start(step);
            marks.Reach();
            periods?.Start(step);
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(step, Next);
        BeginPeriod();
        while (Next < step)
        {
            Add(new SliStep(StepState.Unmeasured));
            BeginPeriod();
        }

        Add(value);
    }

    /// <summary>
    /// Begins the next calendar period when the newest step was the last of its own; true when it did. Until then, or until the next
    /// step, the budget is the one that the old period ended with.
    /// </summary>
    public bool BeginPeriod()
    {
        var began = periods?.Reach(Next) == true;
        if (began) HistoryChanges++;
        return began;
    }

    /// <summary>Grows whenever a period ended, or one that is over was changed.</summary>
    public long HistoryChanges { get; private set; }

    /// <summary>First step of the current calendar period; <see langword="null"/> for a rolling one.</summary>
    public long? PeriodStart => periods is { HasStarted: true } ? periods.Current.Step : null;

    /// <summary>The kept boundaries before one that is kept, newest first, as far back as a step.</summary>
    public IEnumerable<long> BoundariesBefore(long boundary, long from)
    {
        for (boundary = totals.BoundaryAtOrAfter(boundary); boundary > from && boundary > First;)
        {
            boundary = totals.BoundaryBefore(boundary);
            if (boundary >= from)
                yield return boundary;
        }
    }

    /// <summary>Replaces a recorded step, as when its counts come late. Returns false when it is no longer kept singly.</summary>
    public bool Correct(long step, in SliStep value)
    {
        if (!TryGetStep(step, out var old))
            return false;

        if (step == Next - 1)
            NewestState = value.State;
        var wasGap = IsGap(step);
        KeepApart(step, value);
        var delta = StepTotals.Of(value) - old;
        totals.Correct(step, delta);
        marks.Correct(step, delta);
        if (step < PeriodStart) HistoryChanges++;
        if (wasGap != IsGap(step))
            deployments.SettleAnew(step);
        return true;
    }

    /// <summary>Takes the step before the first: history that is filled in, newest first.</summary>
    /// <exception cref="InvalidOperationException">Nothing was recorded yet.</exception>
    public void Prepend(in SliStep value)
    {
        if (!HasStarted)
            throw new InvalidOperationException("A step before the first needs a first.");

        totals.Prepend(StepTotals.Of(value));
        marks.MoveBack();
        periods?.MoveBack(First);
        HistoryChanges++;
        deployments.MoveBack(First, value.IsGap);
        KeepApart(First, value);
    }

    /// <summary>The counts of one step, while it is kept singly.</summary>
    public bool TryGetStep(long step, out StepTotals counts)
    {
        counts = default;
        return HasStarted && totals.TryGetStep(step, out counts);
    }

    /// <summary>A step as it was booked; one that is no longer kept singly is unmeasured, and so is what contradicted itself.</summary>
    public SliStep StepAt(long step)
    {
        if (!TryGetStep(step, out var counts))
            return new SliStep(StepState.Unmeasured);

        return recovered?.Of(step) is { } growth
            ? new SliStep(StepState.Unmeasured, growth.Bad, growth.Valid, IsRecovered: true)
            : new SliStep(StateOf(step), counts.Bad, counts.Valid, spread?.Contains(step) == true);
    }

    /// <summary>What is known of a step; of one that is no longer kept singly nothing.</summary>
    public StepState StateOf(long step) => step == Next - 1 ? NewestState
        : !TryGetStep(step, out var counts) || counts.Unmeasured > 0 ? StepState.Unmeasured
        : counts.Missing > 0 ? StepState.Missing
        : counts.Excluded > 0 ? StepState.Excluded
        : counts.Valid > 0 ? StepState.Measured
        : StepState.NoTraffic;

    /// <summary>Was nothing seen in a step?</summary>
    public bool IsBlank(long step) => TryGetStep(step, out var counts) && counts.Unmeasured + counts.Missing > 0;

    /// <summary>Was nothing seen in a step, or what is known of it spread over it afterwards?</summary>
    public bool IsGap(long step) =>
        step < First || (TryGetStep(step, out var counts) && (counts.Unmeasured + counts.Missing > 0 || spread?.Contains(step) == true));

    /// <summary>The newest step that growth over a short gap is spread to; <see cref="long.MinValue"/> without any that is kept singly.</summary>
    public long LastSpread => spread is { Count: > 0 } ? spread.Max() : long.MinValue;

    /// <summary>
    /// The oldest such step that is not before another step, or where its gap begins, which is <paramref name="longest"/> steps long at
    /// most; <see cref="long.MaxValue"/> without any.
    /// </summary>
    public long FirstSpread(long from, long longest)
    {
        var first = spread?.Where(s => s >= from).DefaultIfEmpty(long.MaxValue).Min() ?? long.MaxValue;
        for (var oldest = first - longest; first > oldest && spread?.Contains(first - 1) == true;) first--;
        return first;
    }

    /// <inheritdoc/>
    public WindowCounts Last(long steps)
    {
        var counts = totals.Total - totals.At(Next - steps, out var first);
        return counts.Over(steps, Next - first);
    }

    /// <inheritdoc/>
    public WindowCounts Between(long from, long to)
    {
        var counts = totals.At(to, out var last) - totals.At(from, out var first);
        return counts.Over(to - from, last - first);
    }

    /// <inheritdoc/>
    public WindowCounts Around(long from, long to)
    {
        var (first, last) = (totals.BoundaryBefore(from + 1), totals.BoundaryAtOrAfter(to));
        return from < First ? Between(from, to) : Between(first, last);
    }

    /// <inheritdoc/>
    public ErrorBudget Budget() => Budget(resets);

    /// <summary>The error budget now with the resets of a composite instead of the objective's own.</summary>
    public ErrorBudget Budget(ResetMark[] withResets)
    {
        var rate = Last(Terms.RecentSteps).MeanRate;
        if (periods is not { HasStarted: true })
            return Budget(Last(Terms.LongestPeriodSteps), Next - Terms.LongestPeriodSteps, Next, totals.Total, Terms.LongestPeriodSteps, rate, withResets);

        var start = periods.Current;
        return Budget(Exactly(start, Next, totals.Total), start.Step, Next, totals.Total, periods.End - start.Step, rate, withResets);
    }

    /// <inheritdoc/>
    public IEnumerable<FinishedPeriod> Finished() => Finished(resets);

    /// <summary>The finished periods with the resets of a composite instead of the objective's own.</summary>
    public IEnumerable<FinishedPeriod> Finished(ResetMark[] withResets) => periods is null ? [] : periods.Finished().Select(p =>
    {
        var passed = Exactly(p.From, p.To.Step, p.To.At);
        return new FinishedPeriod
        {
            Start = StepGrid.StartOf(p.From.Step, Terms.Step),
            End = StepGrid.StartOf(p.To.Step, Terms.Step),
            Target = Terms.Target,
            Budget = Budget(passed, p.From.Step, p.To.Step, p.To.At, passed.Steps, passed.MeanRate, withResets),
        };
    });

    /// <summary>Marks resets, given in order.</summary>
    public ResetMark[] MarkResets(IEnumerable<Instant> at) => [.. at.Select(r => new ResetMark(r, marks.Add(StepGrid.IndexAtOrAfter(r, Terms.Step))))];

    /// <inheritdoc/>
    public DeploymentMark Mark(Deployment deployment) => deployments.Get(deployment);

    /// <summary>Is the mark of any deployment kept?</summary>
    public bool HasMarks => deployments.Any;

    /// <summary>Is there a boundary between two others at which counts are kept exactly?</summary>
    public bool IsAnyMarkInside(long from, long to) => marks.IsAnyInside(from, to);

    /// <summary>Drops the marks of deployments that can no longer be blamed.</summary>
    public void KeepMarks(IReadOnlySet<DeploymentId> kept) => deployments.Keep(kept);

    /// <inheritdoc/>
    public double BadSince(DeploymentMark mark, long steps) =>
        mark.Since.Step >= Next ? 0 : Math.Max(0, Math.Min(totals.Total.Bad - mark.Since.At.Bad, Last(steps).Bad));

    /// <inheritdoc/>
    public double BadEvents(in WindowCounts window, DeploymentMark? since) => window.Bad;

    /// <inheritdoc/>
    public WindowCounts Since(DeploymentMark mark) =>
        mark.Since.Step >= Next ? default : Exactly(mark.Since, Next, totals.Total);

    /// <inheritdoc/>
    public double SpentIn(long steps) => Last(steps).Bad;

    /// <inheritdoc/>
    public double SpentSince(DeploymentMark mark) => Since(mark).Bad;

    /// <inheritdoc/>
    public double BadBefore(DeploymentMark mark, long from) =>
        from < mark.Before.Step ? Math.Max(0, marks.At(mark.Before).Bad - totals.At(from).Bad) : 0;

    /// <inheritdoc/>
    public long? ErrorsBegan(ExactFactor limit, long from, long to) => HasStarted ? ErrorRun.Began(totals, limit, from, to) : null;

    /// <summary>Writes all that is kept. Nothing may be written before the first step.</summary>
    public void Save(BinaryWriter writer)
    {
        totals.Save(writer);
        writer.Write((byte)NewestState);
        (recovered ?? new RecoveredGrowth()).Save(writer);
        writer.WriteNumber(spread?.Count ?? 0);
        foreach (var step in spread ?? [])
            writer.WriteNumber(step);
        marks.Save(writer);
        periods?.Save(writer);
        deployments.Save(writer);
    }

    /// <summary>Takes over what was saved by a tracker of the same terms and layout; nothing was recorded yet.</summary>
    /// <exception cref="InvalidDataException">The data are no state of such a tracker. Throw the tracker away: it is half loaded.</exception>
    /// <exception cref="EndOfStreamException">The data end too early.</exception>
    public void Load(BinaryReader reader)
    {
        totals.Load(reader);
        NewestState = (StepState)reader.ReadByte();
        recovered = RecoveredGrowth.Load(reader);
        for (var count = reader.ReadLength(Layout.FineCapacity); count > 0; count--)
            (spread ??= []).Add(reader.ReadNumber());
        marks.Load(reader);
        periods?.Load(reader);
        HistoryChanges++;
        deployments.Load(reader);
        marks.EndLoad();
    }

    /// <summary>Goes back to before the first step.</summary>
    public void Forget()
    {
        periods?.Forget();
        deployments.Forget();
        totals.Forget();
        marks.Forget();
        (recovered, spread, NewestState) = (null, null, default);
        HistoryChanges++;
    }

    private void Add(in SliStep value)
    {
        KeepApart(Next, value);
        NewestState = value.State;
        totals.Append(StepTotals.Of(value));
        marks.Reach();
        deployments.Settle();
    }

    // What a gap grew by is remembered apart: of a short gap the steps, of a long one the counts.
    private void KeepApart(long step, in SliStep value)
    {
        recovered?.Remove(step);
        if (spread is { Count: > 0 })
            Forget(spread, step, OldestSingleStep);
        if (!value.IsRecovered)
            return;

        if (value.State is StepState.Measured or StepState.NoTraffic)
        {
            (spread ??= []).Add(step);
            return;
        }

        recovered ??= new RecoveredGrowth();
        recovered.Add(step, value.Bad, value.Valid);
        recovered.Tidy(periods?.Oldest ?? Next - Terms.LongestPeriodSteps, OldestSingleStep, Layout.CoarseSteps, marks);
    }

    private static void Forget(List<long> steps, long step, long oldest) => steps.RemoveAll(s => s == step || s < oldest);

    private ErrorBudget Budget(
        in WindowCounts passed, long from, long to, in StepTotals atTo, long steps, double expectedRate, ResetMark[] withResets)
    {
        var reset = withResets.Length == 0 ? null : LastReset(withResets, from, to, from + steps);
        return ErrorBudget.Create(Terms, new PeriodCounts
        {
            Passed = passed,
            Steps = steps,
            Recovered = recovered?.Between(from, to) ?? default,
            Forgiven = reset is null ? 0
                : Math.Clamp(passed.Bad - (atTo.Bad - reset.At.Bad), 0, passed.Bad) + (recovered?.Between(from, reset.Step).Bad ?? 0),
            ExpectedRate = expectedRate,
        });
    }

    // A calendar period is [start, end): a reset at its very end lies in the next one.
    private ExactMark? LastReset(ResetMark[] among, long from, long to, long end)
    {
        var periodEnd = Terms.IsRolling ? Instant.MaxValue : StepGrid.StartOf(end, Terms.Step);
        for (var i = among.Length - 1; i >= 0; i--)
        {
            var (at, mark) = among[i];
            if (mark.Step > from && mark.Step <= to && at < periodEnd)
                return mark;
        }

        return null;
    }

    // From an exact mark on: no bucket's edge blurs it.
    private WindowCounts Exactly(ExactMark from, long to, in StepTotals atTo) =>
        (atTo - from.At).Over(to - from.Step, Math.Max(0, to - Math.Max(from.Step, First)));
}
