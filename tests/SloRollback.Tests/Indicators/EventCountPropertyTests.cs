namespace SloRollback.Tests.Indicators;

public sealed class EventCountPropertyTests
{
    private static Indicator Any(Dice dice) => dice.Of<Indicator>(Readers.BadOfValid, Readers.GoodOfValid, Readers.GoodAndBad, Readers.Latency);

    // Counts that agree, mostly; counts that contradict each other now and then, or all the time.
    private static SliCell Cell(Dice dice, Indicator indicator, double contradictions)
    {
        var valid = dice.Chance(0.05) ? 0 : dice.Between(0, 200) * dice.Of(1, 1, 0.5, 0.25);
        var good = dice.Chance(contradictions) ? valid + dice.Between(1, 9) : valid - Math.Min(valid, dice.Below(5));
        var (first, second) = indicator switch
        {
            EventRatioIndicator { Good: null } => (dice.Chance(contradictions) ? valid + dice.Between(1, 9) : valid - Math.Min(good, valid), valid),
            EventRatioIndicator { Valid: null } => (good, Math.Max(valid - good, 0)),
            _ => (good, valid),
        };
        return dice.Below(30) switch
        {
            0 => new SliCell(StepState.Missing, 0, 0),
            1 => new SliCell(StepState.Unmeasured, 0, 0),
            2 => new SliCell(StepState.Excluded, first, second),
            3 => Readers.Cell(double.NaN, second),
            4 => Readers.Cell(0, second, AbsentSelectors.First),
            5 => Readers.Cell(first, 0, AbsentSelectors.Second),
            _ => Readers.Cell(first, second, isRecovered: dice.Chance(0.05)),
        };
    }

    [DiceProperty(MaxTest = 2000)]
    public void Steps_are_booked_as_by_the_naive_reading(Dice dice)
    {
        var indicator = Any(dice);
        var (naive, bookings) = (new NaiveEvents(indicator), new Bookings(Readers.Of(indicator)));
        var contradictions = dice.Of(0, 0.05, 0.3, 0.9);
        for (var step = Given.Step0; step < Given.Step0 + 60; step++)
        {
            var cell = Cell(dice, indicator, contradictions);
            naive.Read(step, cell);
            bookings.Read(step, cell);
            if (dice.Chance(0.2))
            {
                var (again, other) = (step - dice.Below((int)Math.Min(12, step - Given.Step0 + 1)), Cell(dice, indicator, contradictions));
                naive.ReadAgain(again, other);
                bookings.ReadAgain(again, other);
            }

            Assert.Equal(naive.Booked.Values, bookings.All);
        }
    }

    [DiceProperty(MaxTest = 500)]
    public void What_was_found_to_contradict_itself_does_so_when_it_is_read_again(Dice dice)
    {
        var indicator = Any(dice);
        var bookings = new Bookings(Readers.Of(indicator));
        var cells = Enumerable.Range(0, 60).Select(_ => Cell(dice, indicator, 0.7)).ToList();
        for (var i = 0; i < cells.Count; i++) bookings.Read(Given.Step0 + i, cells[i]);
        var before = bookings.All;
        foreach (var i in dice.Shuffled(Enumerable.Range(0, cells.Count).Where(i => before[i].State == StepState.Inconsistent)))
            bookings.ReadAgain(Given.Step0 + i, cells[i]);
        Assert.Equal(before, bookings.All);
    }
}
