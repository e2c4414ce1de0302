namespace SloRollback.Tests.Support;

/// <summary>
/// What compiled conditions must agree with: every condition judged anew from the list of all steps, by the letter of SEMANTICS §5.
/// Limits are compared multiplied out, so that no division rounds them.
/// </summary>
internal sealed class NaiveConditions(Objective objective, PolicyRule rule, Duration step)
{
    private readonly List<SliStep> steps = [];
    private readonly decimal allowed = objective.Target.ErrorBudgetFraction;
    private readonly bool isSliced = objective.Budgeting != BudgetingMethod.Occurrences;

    public long First { get; private set; }

    public long Next => First + steps.Count;

    public void Record(long index, SliStep value)
    {
        if (steps.Count == 0) First = index;
        steps.Add(value);
    }

    /// <summary>The verdict at the evaluation whose newest step is the one before a boundary.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="since">When the deployment started.</param>
    /// <param name="at">The boundary.</param>
    /// <param name="asked">The boundary of the first evaluation: clocks run from then on.</param>
    public Judgement Judge(Condition condition, Instant? since, long at, long asked) => condition switch
    {
        BurnRateCondition burn => Ratio(burn.Above * allowed, burn.Lookback, burn.Lookback, burn.SinceDeployment ? since : null, at),
        MultiWindowBurnRateCondition burn => Ratio(burn.Above * allowed, burn.Long, burn.Short, burn.SinceDeployment ? since : null, at),
        SliBelowCondition sli => Ratio(1 - sli.Value, sli.Lookback, sli.Lookback, null, at),
        BudgetRemainingCondition remaining => Budget(at, OfPeriod(at), budget => remaining.Unit switch
        {
            BudgetUnit.Share => (budget.Total - budget.Bad).CompareTo(remaining.Below * budget.Total) < 0,
            BudgetUnit.Minutes => (budget.Total - budget.Bad) * budget.Minutes < remaining.Below * budget.Total,
            _ => budget.Total - budget.Bad < remaining.Below * budget.Scale,
        }),
        BudgetConsumedCondition consumed => Budget(at, Lately(at), budget =>
            Window(at - Steps(consumed.Lookback), at, null).Bad * budget.Scale > consumed.Above * budget.Total),
        BudgetConsumedSinceDeploymentCondition consumed => Budget(at, Lately(at), budget =>
            (since is { } start ? Window(First, at, start).Bad : 0) * budget.Scale > consumed.Above * budget.Total),
        ForCondition held => For(held, since, at, asked),
        AllCondition all => Kleene([.. all.Conditions.Select(part => Judge(part, since, at, asked))], decisive: Verdict.NotBreached),
        AnyCondition any => Kleene([.. any.Conditions.Select(part => Judge(part, since, at, asked))], decisive: Verdict.Breached),
        _ => throw new ArgumentException(condition.ToString()),
    };

    private Judgement Ratio(decimal limit, Duration longer, Duration shorter, Instant? since, long at)
    {
        if (IsBlind(at)) return Judgement.Unknown(UnknownReason.NewestStepUnmeasured);

        Counts[] windows = [Window(at - Steps(longer), at, since), Window(at - Steps(shorter), at, since)];
        if (windows[0].Bad < rule.MinimumBad || (!isSliced && windows[0].Valid < rule.MinimumValid))
            return Judgement.Unknown(UnknownReason.TooFewEvents);

        // bad / (valid + unmeasured × valid / known) > limit
        if (windows.All(w => w.Bad * w.Known > limit * w.Valid * (w.Known + w.Unmeasured))) return Judgement.Breached;
        if (windows.All(w => w.Seen * 2 >= w.Known + w.Unmeasured && w.Seen > 0)) return Judgement.NotBreached;

        // Nothing lacks but the time before the first step.
        return Judgement.Unknown(windows.All(w => w.Seen * 2 >= w.Known + w.Unmeasured - w.Before)
            ? UnknownReason.StillFilling
            : UnknownReason.LookbackUnmeasured);
    }

    private Judgement Budget(long at, Share measured, Func<WholeBudget, bool> isBreached)
    {
        if (IsBlind(at)) return Judgement.Unknown(UnknownReason.NewestStepUnmeasured);
        if (measured.Seen * 10 >= measured.Of && measured.Of > 0) return Judgement.Of(isBreached(Whole(at)));

        // Nothing lacks but time: after the first start, or of a calendar period that has only begun.
        var (from, _) = Period(at);
        var passed = Measured(from, at, at);
        return Judgement.Unknown((at - First) * 10 < Steps(objective.Period.LongestLength) || (objective.Period is CalendarPeriod && passed.Of > 0 && passed.Seen * 10 >= passed.Of)
            ? UnknownReason.StillFilling
            : UnknownReason.PeriodUnmeasured);
    }

    // The clock from the first evaluation on: B starts it at 0, U pauses it, N sets it back.
    private Judgement For(ForCondition held, Instant? since, long at, long asked)
    {
        Duration? elapsed = null;
        var judgement = Judgement.NotBreached;
        for (var evaluation = Math.Max(asked, First + 1); evaluation <= at; evaluation++)
        {
            judgement = Judge(held.Condition, since, evaluation, asked);
            elapsed = judgement.Verdict switch
            {
                Verdict.NotBreached => null,
                Verdict.Unknown => elapsed,
                _ => elapsed is { } running ? running + step : Duration.Zero,
            };
        }

        return judgement.Verdict == Verdict.Breached && elapsed < held.Duration ? Judgement.NotBreached : judgement;
    }

    private static Judgement Kleene(Judgement[] parts, Verdict decisive)
    {
        if (parts.Any(p => p.Verdict == decisive)) return new Judgement(decisive);
        var unknown = parts.Where(p => p.Verdict == Verdict.Unknown).ToList();
        return unknown.Count > 0 ? Judgement.Unknown(unknown.Max(p => p.Reason)) : parts[0];
    }

    private bool IsBlind(long at) => At(at - 1).State is StepState.Unmeasured or StepState.Inconsistent;

    private long Steps(Duration duration) => (long)(duration / step);

    private SliStep At(long index) => index < First ? Given.Unmeasured : steps[(int)(index - First)];

    private Counts Window(long from, long to, Instant? since)
    {
        var counts = new Counts();
        var sinceStep = since is { } start ? Since(start, to) : long.MinValue;
        for (var index = from; index < to; index++)
        {
            var value = At(index);
            counts.Before += index < First ? 1 : 0;
            switch (value.State)
            {
                case StepState.Measured or StepState.NoTraffic:
                    counts.Seen++;
                    break;
                case StepState.Missing:
                    counts.Missing++;
                    break;
                case StepState.Excluded:
                    continue;
                default:
                    counts.Unmeasured++;
                    continue;
            }

            counts.Valid += (decimal)value.Valid;
            counts.Bad += index >= sinceStep ? (decimal)value.Bad : 0;
        }

        return counts;
    }

    /// <summary>The first step that begins at or after the start; a gap that contains the start belongs to the time before.</summary>
    private long Since(Instant start, long at)
    {
        var since = First;
        while (StepGrid.StartOf(since, step) < start) since++;
        while (since < at && IsGap(since - 1) && IsGap(since)) since++;
        return since;
    }

    private bool IsGap(long index) => At(index) is var value
        && (value.IsRecovered || value.State is StepState.Unmeasured or StepState.Missing or StepState.Inconsistent);

    // (1 - T) × (valid + mean rate of the last 7 days × what is unmeasured or to come), times a scale that makes it whole.
    private WholeBudget Whole(long at)
    {
        var (from, to) = Period(at);
        var passed = Window(from, at, null);
        var excluded = Enumerable.Range(0, (int)(at - from)).Count(i => At(from + i).State == StepState.Excluded);
        var counted = to - from - excluded;
        var minutes = (decimal)step.TotalMinutes;
        if (isSliced)
        {
            var ignored = passed.Known - passed.Valid;
            return new WholeBudget(passed.Bad, allowed * (counted - ignored), 1, allowed * (counted - ignored) * minutes);
        }

        var recent = Window(at - Math.Min(Steps(Duration.FromDays(7)), Steps(objective.Period.LongestLength)), at, null);
        var scale = Math.Max(1, recent.Known);
        var total = allowed * ((passed.Valid * scale) + (recent.Valid * (counted - passed.Known)));
        return new WholeBudget(passed.Bad * scale, total, scale, allowed * counted * minutes);
    }

    private (long From, long To) Period(long at)
    {
        if (objective.Period is not CalendarPeriod calendar) return (at - Steps(objective.Period.LongestLength), at);
        var period = calendar.At(StepGrid.StartOf(at - 1, step), calendar.ZoneIn(DateTimeZoneProviders.Tzdb));
        return (StepGrid.IndexAtOrAfter(period.Start, step), StepGrid.IndexAtOrAfter(period.End, step));
    }

    /// <summary>How much of the present period was measured: what is left of its budget rests on that.</summary>
    private Share OfPeriod(long at)
    {
        var (from, to) = Period(at);
        return Measured(from, to, at);
    }

    /// <summary>How much of the last period's length was measured, whatever boundary lies in it: what is burned rests on that.</summary>
    private Share Lately(long at) => Measured(at - Steps(objective.Period.LongestLength), at, at);

    private Share Measured(long from, long to, long at)
    {
        var (seen, excluded) = (0L, 0L);
        for (var index = from; index < at; index++)
        {
            seen += At(index).State is StepState.Measured or StepState.NoTraffic ? 1 : 0;
            excluded += At(index).State == StepState.Excluded ? 1 : 0;
        }

        return new Share(seen, to - from - excluded);
    }

    private record struct Counts(decimal Bad, decimal Valid, long Seen, long Missing, long Unmeasured, long Before)
    {
        public readonly long Known => Seen + Missing;
    }

    private readonly record struct Share(long Seen, long Of);

    private readonly record struct WholeBudget(decimal Bad, decimal Total, decimal Scale, decimal Minutes);
}
