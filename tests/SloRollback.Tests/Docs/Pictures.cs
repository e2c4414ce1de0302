namespace SloRollback.Tests.Docs;

/// <summary>Every picture of <c>docs/concepts.md</c>. What is drawn comes out of the engine, fed with example steps.</summary>
internal static class Pictures
{
    public static readonly ImmutableSortedDictionary<string, Func<Svg>> All = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        new KeyValuePair<string, Func<Svg>>[]
        {
            new("event-ratio", IndicatorPictures.EventRatio),
            new("latency", IndicatorPictures.Latency),
            new("time-slices", SlicePictures.TimeSlices),
            new("consecutive", SlicePictures.Consecutive),
            new("step-states", StepPictures.States),
            new("coverage", StepPictures.Coverage),
            new("late-steps", StepPictures.Late),
            new("budgeting", BudgetPictures.Methods),
            new("bands", BudgetPictures.Bands),
            new("whole-budget", BudgetPictures.Whole),
            new("reset", BudgetPictures.Reset),
            new("downtime", PeriodPictures.Downtime),
            new("periods", PeriodPictures.Periods),
            new("calendar", PeriodPictures.Calendar),
            new("composites", CompositePictures.Kinds),
            new("burn-rate", BurnPictures.Rates),
            new("burn-rate-condition", BurnPictures.OneLookback),
            new("multi-window", BurnPictures.TwoLookbacks),
            new("since-deployment", BurnPictures.SinceDeployment),
            new("sli-below", BurnPictures.SliBelow),
            new("budget-remaining", SpendingPictures.Remaining),
            new("budget-consumed", SpendingPictures.Consumed),
            new("budget-consumed-since-deployment", SpendingPictures.SinceDeployment),
            new("traffic-lost", TrafficPictures.Lost),
            new("for", LogicPictures.For),
            new("kleene", LogicPictures.Kleene),
            new("unknown", LogicPictures.Unknown),
            new("episodes", EpisodePictures.Episodes),
            new("errors-began", EpisodePictures.ErrorsBegan),
            new("resolutions", TrackerPictures.Resolutions),
        });
}
