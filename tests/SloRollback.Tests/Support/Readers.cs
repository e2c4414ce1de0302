namespace SloRollback.Tests.Support;

/// <summary>Readers of the kinds that there are, and their cells.</summary>
internal static class Readers
{
    public static readonly EventRatioIndicator BadOfValid = new() { Bad = "bad", Valid = "all" };
    public static readonly EventRatioIndicator GoodOfValid = new() { Good = "good", Valid = "all" };
    public static readonly EventRatioIndicator GoodAndBad = new() { Good = "good", Bad = "bad" };
    public static readonly LatencyIndicator Latency = new() { Histogram = "seconds", Threshold = Duration.FromMilliseconds(300) };
    public static readonly GaugeIndicator Gauge = new() { Gauge = "queue_length" };

    /// <summary>Good when at least 99 % of the events are.</summary>
    public static readonly TimeSlices AtLeast99 = new() { Operator = ComparisonOperator.GreaterOrEqual, Threshold = 0.99m };

    public static Objective Objective(Indicator indicator, BudgetingMethod budgeting = BudgetingMethod.Occurrences, TimeSlices? slices = null) => new()
    {
        Id = "availability",
        Target = Given.Slo(99),
        Period = CompliancePeriod.Rolling(30),
        Indicator = indicator,
        Budgeting = budgeting,
        Slices = slices,
    };

    public static StepReader Of(Indicator indicator, int kept = 420) => StepReader.Create(Objective(indicator), kept);

    public static StepReader Of(Indicator indicator, TimeSlices slices, int kept = 420) =>
        StepReader.Create(Objective(indicator, BudgetingMethod.Timeslices, slices), kept);

    public static StepReader OfRatios(Indicator indicator, TimeSlices slices) =>
        StepReader.Create(Objective(indicator, BudgetingMethod.RatioTimeslices, slices), 420);

    public static SliCell Cell(double first, double second = 0, AbsentSelectors absent = AbsentSelectors.None, bool isRecovered = false) =>
        new(StepState.Measured, first, second, absent, isRecovered);

    /// <summary>The cell of an indicator for so many good and valid events.</summary>
    public static SliCell Events(Indicator indicator, double good, double valid, bool isRecovered = false) => indicator switch
    {
        EventRatioIndicator { Good: null } => Cell(valid - good, valid, isRecovered: isRecovered),
        EventRatioIndicator { Valid: null } => Cell(good, valid - good, isRecovered: isRecovered),
        _ => Cell(good, valid, isRecovered: isRecovered),
    };

    public static byte[] Saved(this StepReader reader)
    {
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        reader.Save(writer);
        writer.Flush();
        return stream.ToArray();
    }

    public static void Load(this StepReader reader, byte[] saved)
    {
        using var stream = new BinaryReader(new MemoryStream(saved));
        reader.Load(stream);
    }
}
