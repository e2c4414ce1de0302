namespace SloRollback.Tests.Reference;

/// <summary>
/// The reference that the counts of an objective must agree with: a plain list of all steps, and SEMANTICS §3 to §5 read aloud over
/// it, in decimal and anew at every question. Where SEMANTICS leaves a choice, the remark at the place names the one that is taken.
/// </summary>
internal sealed class NaiveObjective(Objective objective, Duration length)
{
    private readonly List<NaiveStep> steps = [];
    private NaivePeriods? periods;

    public long First { get; private set; }

    public long Next => First + steps.Count;

    public bool HasStarted => steps.Count > 0;

    public NaiveStep this[long step] => step < First || step >= Next ? new NaiveStep(StepState.Unmeasured, 0, 0, false) : steps[(int)(step - First)];

    public bool IsSliced => objective.Budgeting != BudgetingMethod.Occurrences;

    private decimal Allowed => 1 - objective.Target.Fraction;

    public void Record(long step, in SliStep value)
    {
        if (steps.Count == 0) First = step;
        while (Next < step) steps.Add(NaiveStep.Of(Given.Unmeasured));
        steps.Add(NaiveStep.Of(value));
    }

    public void Correct(long step, in SliStep value) => steps[(int)(step - First)] = NaiveStep.Of(value);

    public void Prepend(in SliStep value)
    {
        steps.Insert(0, NaiveStep.Of(value));
        First--;
    }

    /// <summary>What look-backs see.</summary>
    public NaiveCounts Between(long from, long to)
    {
        var sum = default(NaiveCounts);
        for (var step = Math.Max(from, First); step < Math.Min(to, Next); step++)
            sum += NaiveCounts.Of(steps[(int)(step - First)]);
        return sum;
    }

    /// <summary>The budget of a rolling period.</summary>
    /// <param name="count">Steps in the period.</param>
    /// <param name="from">The step from which on steps are known; at the period's start all of them are.</param>
    /// <param name="rate">Valid events that a step of the last 7 days holds on average.</param>
    public NaiveBudget Rolling(long count, long from, decimal rate) =>
        Budget(Next - count, Next, Next, rate, objective.Resets.Where(r => r.At <= StepGrid.StartOf(Next, length)), from);

    /// <summary>The budget of the calendar period in which a step begins, which is not over.</summary>
    public NaiveBudget Calendar(long within, decimal rate)
    {
        var (from, end) = Periods().Of(within);
        return Budget(from, Math.Min(Next, end), end, rate, ResetsInside(from, end).Where(r => r.At <= StepGrid.StartOf(Next, length)), from);
    }

    /// <summary>
    /// All calendar periods before the one in which a step begins. A step about which nothing is known stands for the mean of the
    /// period itself.
    /// </summary>
    public List<(Instant Start, Instant End, NaiveBudget Budget)> Finished(long within)
    {
        var finished = new List<(Instant, Instant, NaiveBudget)>();
        for (var (from, end) = Periods().Of(First); end <= Periods().Of(within).From; (from, end) = Periods().Of(end))
        {
            var budget = Budget(from, end, end, Between(from, end).MeanRate, ResetsInside(from, end), from);
            finished.Add((StepGrid.StartOf(from, length), StepGrid.StartOf(end, length), budget));
        }

        return finished;
    }

    /// <summary>
    /// First step that counts as since a deployment: it begins at or after the start; where the start lies in a gap, after the gap. A
    /// gap that only begins with the start does not contain it, and the time before the first step is a gap.
    /// </summary>
    public long Since(Instant start)
    {
        // Nothing is known of the time before the first step, so there is nothing to walk over.
        var since = start <= StepGrid.StartOf(First, length) ? First : (long)Math.Floor((start - NodaConstants.UnixEpoch) / length);
        while (StepGrid.StartOf(since, length) < start) since++;
        if (since >= Next || !this[since - 1].IsGap) return since;

        while (since < Next && this[since].IsGap) since++;
        return since;
    }

    /// <summary>The first step that is not over when a deployment starts.</summary>
    public long Before(Instant start)
    {
        var before = (long)Math.Floor((start - NodaConstants.UnixEpoch) / length) - 1;
        while (StepGrid.StartOf(before + 1, length) <= start) before++;
        return before;
    }

    // A period is [start, end): a reset at its end lies in the next one.
    private IEnumerable<BudgetReset> ResetsInside(long from, long end) =>
        objective.Resets.Where(r => r.At > StepGrid.StartOf(from, length) && r.At < StepGrid.StartOf(end, length));

    private NaivePeriods Periods() =>
        periods ??= new NaivePeriods((CalendarPeriod)objective.Period, StepGrid.StartOf(First, length), StepGrid.StartOf(Next, length), length);

    // A reset forgives what is bad in the steps that begin before it. Slices without traffic are ignored like missing ones: they are
    // neither good nor bad.
    private NaiveBudget Budget(long from, long to, long end, decimal rate, IEnumerable<BudgetReset> resets, long knownFrom)
    {
        var forgivenBefore = resets.Select(r => r.At).DefaultIfEmpty(Instant.MinValue).Max();
        decimal bad = 0, forgiven = 0, valid = 0;
        long seen = 0, excluded = 0, ignored = 0, unknown = 0;
        for (var step = from; step < end; step++)
        {
            var value = step < to ? this[step] : new NaiveStep(StepState.Unmeasured, 0, 0, false);
            if (value.IsForBudgetOnly || (step >= knownFrom && value.State is StepState.Measured or StepState.Missing))
            {
                valid += value.Valid;
                if (StepGrid.StartOf(step, length) < forgivenBefore) forgiven += value.Bad;
                else bad += value.Bad;
            }
            else if (step < knownFrom || value.State is StepState.Unmeasured or StepState.Inconsistent)
            {
                unknown++;
            }

            if (step < knownFrom) continue;
            if (value.State is StepState.Measured or StepState.NoTraffic) seen++;
            if (value.State is StepState.Excluded) excluded++;
            if (value.State is StepState.NoTraffic || (value.State is StepState.Missing && value.Valid == 0)) ignored++;
        }

        var counted = end - from - excluded;
        var slices = counted - (IsSliced ? ignored : 0);
        var total = Allowed * (IsSliced ? slices : valid + (rate * unknown));
        return new NaiveBudget
        {
            Bad = bad,
            Forgiven = forgiven,
            Valid = valid,
            Total = total,
            TotalSoFar = IsSliced ? total : Allowed * valid,
            TotalMinutes = Allowed * slices * (decimal)length.TotalMinutes,
            Seen = seen,
            Counted = (to - from - excluded, counted),
        };
    }
}
