namespace SloRollback.Tests.Reference;

/// <summary>Random objectives of every method and period, and settings so small that some hundred steps go through all resolutions.</summary>
internal static class RandomObjective
{
    private static readonly string[] Calendars =
    [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo", "America/St_Johns", "America/Sao_Paulo", "Pacific/Apia",
    ];

    /// <summary>A rolling period of so many steps.</summary>
    public static Objective Rolling(Dice dice, int steps) => Of(dice, CompliancePeriod.Rolling(Given.Minute * steps));

    /// <summary>Settings that keep 64 to 90 single steps, some dozen medium buckets and the rest in coarse ones.</summary>
    public static EngineSettings Settings(Dice dice, Duration step)
    {
        var (singles, medium) = (dice.Of(64, 64, 70, 90), dice.Of(1, 2, 4, 5, 10));
        return new EngineSettings
        {
            Step = step,
            StepsKept = step * singles,
            MediumBucket = step * medium,
            MediumBucketsKept = step * (singles + dice.Of(0, medium, 5 * medium, 8 * medium)),
            CoarseBucket = step * (medium * dice.Of(1, 2, 3, 6)),
        };
    }

    /// <summary>A calendar period of some hundred steps, and a step near one of its boundaries.</summary>
    public static (Objective Objective, Duration Step, long First) Calendar(Dice dice)
    {
        var zone = dice.Of(Calendars);
        var (period, step) = dice.Below(4) switch
        {
            0 => (CompliancePeriod.Week(zone, dice.Of(IsoDayOfWeek.Monday, IsoDayOfWeek.Sunday, IsoDayOfWeek.Friday)), Duration.FromMinutes(dice.Of(60, 90, 120))),
            1 => (CompliancePeriod.Month(zone, dice.Of(1, 1, 15, 29, 31)), Duration.FromHours(dice.Of(4, 5, 6))),
            2 => (CompliancePeriod.Quarter(zone, dice.Between(1, 12), dice.Of(1, 1, 30, 31)), Duration.FromHours(dice.Of(12, 18, 24))),
            _ => (CompliancePeriod.Year(zone, dice.Between(1, 12), dice.Of(1, 1, 29)), Duration.FromHours(dice.Of(48, 60, 84))),
        };
        var near = Instant.FromUtc(dice.Between(2000, 2040), dice.Between(1, 12), dice.Between(1, 28), dice.Below(24), 0);
        var start = ((CalendarPeriod)period).At(near, ((CalendarPeriod)period).ZoneIn(DateTimeZoneProviders.Tzdb)).Start;
        var objective = Of(dice, period);
        if (objective.Slices is { } slices) objective = objective with { Slices = slices with { Length = step } };
        return (objective, step, StepGrid.IndexOf(start, step) + dice.Between(-150, 100));
    }

    /// <summary>Resets in a run of steps: at a step's edge, inside a step, at one time with another.</summary>
    public static Objective WithResets(this Objective objective, Dice dice, Duration step, long first, long last) => objective with
    {
        Resets = dice.Some(dice.Of(0, 1, 3), i => new BudgetReset
        {
            Id = i.ToString(CultureInfo.InvariantCulture),
            At = StepGrid.StartOf(first, step) + (step / 4 * dice.Between(0, (int)(last - first) * 4)),
            Reason = "an outage of ours",
            By = "somebody",
        }),
    };

    private static Objective Of(Dice dice, CompliancePeriod period)
    {
        var method = dice.Of(BudgetingMethod.Occurrences, BudgetingMethod.Occurrences, BudgetingMethod.Timeslices, BudgetingMethod.RatioTimeslices);
        return Given.Events(dice.Of(99m, 99.9m, 90m, 50m, 99.95m, 66.67m, 99.9999m), period) with
        {
            Budgeting = method,
            Slices = method == BudgetingMethod.Occurrences ? null : new TimeSlices(),
        };
    }
}
