namespace SloRollback.Tests.Support;

/// <summary>A random slice objective and random slices of it, many of them exactly at the threshold.</summary>
internal sealed class RandomSlices
{
    private readonly Dice dice;
    private readonly double bad;

    // As likely good as bad, but for the given share of slices that are bad.
    public RandomSlices(Dice dice, double bad = 0)
    {
        (this.dice, this.bad) = (dice, bad);
        Indicator = dice.Of<Indicator>(Readers.Gauge, Readers.BadOfValid, Readers.GoodOfValid, Readers.GoodAndBad, Readers.Latency);
        Slices = new TimeSlices
        {
            Operator = dice.Of(Enum.GetValues<ComparisonOperator>()),
            Threshold = dice.Of(0.99m, 0.9m, 0.5m, 0.75m, 0.333m, 1m / 3m, 0.1m),
            Consecutive = dice.Between(1, 8),
            Retroactive = dice.Chance(0.5),
            Missing = dice.Of(Enum.GetValues<MissingSlices>()),
        };
    }

    public Indicator Indicator { get; }

    public TimeSlices Slices { get; }

    public StepReader Reader(int kept) => Readers.Of(Indicator, Slices, kept);

    public SliStep Judge(SliCell cell) => NaiveSlices.Judge(Indicator, Slices, cell);

    public SliCell Cell()
    {
        var (cell, isBad) = (Any(), dice.Chance(bad));
        while (isBad && Judge(cell) is not { State: StepState.Measured, Bad: 1 }) cell = Any();
        return cell;
    }

    private SliCell Any() => dice.Below(20) switch
    {
        0 => new SliCell(StepState.Missing, 0, 0),
        1 => new SliCell(StepState.Unmeasured, 0, 0),
        2 => new SliCell(StepState.Excluded, 3, 3),
        3 when Indicator is GaugeIndicator => Readers.Cell(dice.Of(double.NaN, double.PositiveInfinity, double.NegativeInfinity)),
        3 => Readers.Cell(dice.Of(double.NaN, double.PositiveInfinity, -1), 100),
        4 when Indicator is GaugeIndicator => new SliCell(StepState.NoTraffic, 0, 0),
        4 => Readers.Cell(0, 0),
        _ when Indicator is GaugeIndicator => Readers.Cell((double)(Slices.Threshold + dice.Of(0m, 0m, 0.001m, -0.001m, 7, -7)), isRecovered: dice.Chance(0.1)),
        _ => Events(dice.Of(100, 200, 300, 7, 1000)),
    };

    private SliCell Events(int valid)
    {
        var good = (int)(Slices.Threshold * valid) + dice.Of(0, 0, 1, -1, 40, -40);
        return Readers.Events(Indicator, Math.Clamp(good, 0, valid), valid, dice.Chance(0.1));
    }
}
