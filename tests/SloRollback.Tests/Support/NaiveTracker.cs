namespace SloRollback.Tests.Support;

/// <summary>What <see cref="ObjectiveTracker"/> must agree with: a plain list of all steps, added up in decimal at every question.</summary>
internal sealed class NaiveTracker(Duration length)
{
    private readonly List<SliStep> steps = [];

    public long First { get; private set; }

    public long Next => First + steps.Count;

    public void Record(long step, SliStep value)
    {
        if (steps.Count == 0) First = step;
        while (Next < step) steps.Add(Given.Unmeasured);
        steps.Add(value);
    }

    public void Correct(long step, SliStep value) => steps[(int)(step - First)] = value;

    public SliStep Step(long step) => steps[(int)(step - First)];

    public WindowCounts Between(long from, long to)
    {
        var inside = steps.Skip((int)Math.Clamp(from - First, 0, steps.Count)).SkipLast((int)Math.Clamp(Next - to, 0, steps.Count)).ToList();
        return new WindowCounts
        {
            Bad = (double)inside.Sum(s => (decimal)s.Bad),
            Valid = (double)inside.Sum(s => (decimal)s.Valid),
            Steps = to - from,
            Seen = inside.Count(s => s.State is StepState.Measured or StepState.NoTraffic),
            Missing = inside.Count(s => s.State == StepState.Missing),
            Excluded = inside.Count(s => s.State == StepState.Excluded),
        };
    }

    /// <summary>First step that begins at or after the start; when the start lies inside a gap, the first step after the gap.</summary>
    public long Since(Instant start)
    {
        var since = First;
        while (StepGrid.StartOf(since, length) < start) since++;
        if (since >= Next || !IsGap(since - 1)) return since;

        while (since < Next && IsGap(since)) since++;
        return since;
    }

    /// <summary>S of SEMANTICS §5, looking back over one look-back only, and the first step since it last left 0.</summary>
    public (decimal Excess, long Began) Run(decimal allowed, long from, long to)
    {
        decimal excess = 0;
        long began = 0;
        for (var step = Math.Max(from, First); step < Math.Min(to, Next); step++)
        {
            var grown = Math.Max(0, excess + (decimal)Step(step).Bad - (allowed * (decimal)Step(step).Valid));
            if (excess == 0 && grown > 0) began = step;
            excess = grown;
        }

        return (excess, began);
    }

    // Nothing is known of the time before the first step: it is a gap too.
    private bool IsGap(long step) => step < First || steps[(int)(step - First)].IsGap;
}
