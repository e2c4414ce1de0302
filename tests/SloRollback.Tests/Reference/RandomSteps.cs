namespace SloRollback.Tests.Reference;

/// <summary>
/// Random steps of a budgeting method: all states, outages of the source of any length, and growth that is recovered over short and
/// over long gaps.
/// </summary>
internal sealed class RandomSteps
{
    private readonly Dice dice;
    private readonly BudgetingMethod method;
    private readonly double scale;
    private SliStep repeated;
    private int repeat;

    public RandomSteps(Dice dice, BudgetingMethod method, bool? areExact = null)
    {
        (this.dice, this.method) = (dice, method);
        AreExact = areExact ?? (method != BudgetingMethod.RatioTimeslices || dice.Chance(0.5));
        scale = method == BudgetingMethod.Occurrences ? dice.Of(1.0, 1, 1000, 1e9) : 1;
    }

    /// <summary>Are all counts whole numbers of a power of 2, so that their sums are exact?</summary>
    public bool AreExact { get; }

    /// <summary>How many of the steps are a gap's of their own, so that there are more gaps than are kept apart.</summary>
    public double Flaky { get; init; }

    public SliStep Next()
    {
        if (repeat-- > 0) return repeated;
        if (dice.Chance(Flaky)) return Counts() with { State = StepState.Unmeasured, IsRecovered = true };

        var (length, value) = dice.Below(60) switch
        {
            0 => (dice.Between(1, 25), Given.Unmeasured),
            1 => (dice.Between(1, 12), new SliStep(StepState.Missing)),
            2 => (dice.Between(1, 12), new SliStep(StepState.Excluded)),
            3 => (dice.Between(1, 5), new SliStep(StepState.Inconsistent)),
            4 => (dice.Between(1, 12), new SliStep(StepState.NoTraffic)),
            5 => (dice.Between(1, 5), Counts() with { IsRecovered = true }),
            6 or 7 => (dice.Between(6, 20), Counts() with { State = StepState.Unmeasured, IsRecovered = true }),
            8 => (1, Counts() with { State = StepState.Unmeasured, IsRecovered = true }),
            9 when method != BudgetingMethod.Occurrences => (1, new SliStep(StepState.Missing, dice.Below(2), 1)),
            _ => (1, Counts()),
        };
        (repeated, repeat) = (value, length - 1);
        return value;
    }

    public SliStep Counts()
    {
        if (method == BudgetingMethod.Occurrences)
        {
            var valid = dice.Between(1, 200);
            return new SliStep(StepState.Measured, (dice.Chance(0.5) ? dice.Below(3) : dice.Below(valid + 1)) % (valid + 1) * scale, valid * scale);
        }

        if (method == BudgetingMethod.Timeslices) return new SliStep(StepState.Measured, dice.Chance(0.3) ? 1 : 0, 1);

        var events = AreExact ? 64 : dice.Between(1, 1000);
        return new SliStep(StepState.Measured, dice.Below(events + 1) / (double)events, 1);
    }
}
