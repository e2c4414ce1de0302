namespace SloRollback.Tests.Indicators;

public sealed class EventRatioReaderTests
{
    private readonly EventRatioReader badOfValid = new(new EventRatioIndicator { Bad = "bad", Valid = "all" });
    private readonly EventRatioReader goodOfValid = new(new EventRatioIndicator { Good = "good", Valid = "all" });
    private readonly EventRatioReader goodAndBad = new(new EventRatioIndicator { Good = "good", Bad = "bad" });

    private static SliCell Cell(double first, double second, AbsentSelectors absent = AbsentSelectors.None) => new(StepState.Measured, first, second, absent);

    private static SliStep Read(EventRatioReader reader, SliCell cell) => reader.Read(cell, out _);

    [Fact]
    public void Two_of_good_bad_and_valid_give_the_third()
    {
        Assert.Equal(Given.Measured(3, 100), Read(badOfValid, Cell(3, 100)));
        Assert.Equal(Given.Measured(3, 100), Read(goodOfValid, Cell(97, 100)));
        Assert.Equal(Given.Measured(3, 100), Read(goodAndBad, Cell(97, 3)));
    }

    [Theory]
    [InlineData(StepState.Missing)]
    [InlineData(StepState.Unmeasured)]
    [InlineData(StepState.NoTraffic)]
    public void What_is_not_measured_has_no_counts(StepState state) =>
        Assert.Equal(new SliStep(state), Read(badOfValid, new SliCell(state, 5, 5)));

    [Fact]
    public void No_valid_event_is_no_traffic() => Assert.Equal(StepState.NoTraffic, Read(badOfValid, Cell(0, 0)).State);

    [Fact]
    public void Bad_absent_beside_valid_is_0_bad() =>
        Assert.Equal(Given.Measured(0, 100), Read(badOfValid, Cell(0, 100, AbsentSelectors.First)));

    [Fact]
    public void Valid_absent_is_missing() => Assert.Equal(StepState.Missing, Read(badOfValid, Cell(3, 0, AbsentSelectors.Second)).State);

    [Fact]
    public void Good_that_never_matched_is_unmeasured_and_no_outage()
    {
        Assert.Equal(StepState.Unmeasured, goodOfValid.Read(Cell(0, 100, AbsentSelectors.First), out var reason).State);
        Assert.Equal(UnmeasuredReason.SelectorNeverMatched, reason);
        Assert.Equal(Given.Measured(0, 100), Read(goodOfValid, Cell(100, 100)));
        Assert.Equal(Given.Measured(100, 100), Read(goodOfValid, Cell(0, 100, AbsentSelectors.First)));
    }

    [Fact]
    public void Good_that_never_matched_beside_bad_is_no_outage_either()
    {
        Assert.Equal(StepState.Unmeasured, goodAndBad.Read(Cell(0, 3, AbsentSelectors.First), out var reason).State);
        Assert.Equal(UnmeasuredReason.SelectorNeverMatched, reason);
        Assert.Equal(Given.Measured(1, 10), Read(goodAndBad, Cell(9, 1)));
        Assert.Equal(Given.Measured(3, 3), Read(goodAndBad, Cell(0, 3, AbsentSelectors.First)));
    }

    [Fact]
    public void A_negative_difference_is_carried_into_the_next_step_and_never_dropped()
    {
        Assert.Equal(Given.Measured(0, 100), Read(goodOfValid, Cell(102, 100)));
        Assert.Equal(Given.Measured(3, 100), Read(goodOfValid, Cell(95, 100)));
    }

    [Fact]
    public void More_bad_than_valid_is_carried_too()
    {
        Assert.Equal(Given.Measured(10, 10), Read(badOfValid, Cell(12, 10)));
        Assert.Equal(Given.Measured(2, 10), Read(badOfValid, Cell(0, 10)));
    }

    [Theory]
    [InlineData(4, 100, StepState.Inconsistent)]
    [InlineData(0.6, 100, StepState.Measured)]
    [InlineData(4, 1000, StepState.Measured)]
    public void Counts_that_contradict_each_other_over_5_steps_are_inconsistent(double tooMany, double valid, StepState fifth)
    {
        for (var i = 0; i < 4; i++) Assert.Equal(StepState.Measured, Read(goodOfValid, Cell(valid + tooMany, valid)).State);
        Assert.Equal(fifth, Read(goodOfValid, Cell(valid + tooMany, valid)).State);
    }

    [Theory]
    [InlineData(double.NaN, 100)]
    [InlineData(3, double.NaN)]
    [InlineData(double.PositiveInfinity, 100)]
    [InlineData(3, double.PositiveInfinity)]
    [InlineData(-3, 100)]
    [InlineData(3, -100)]
    public void A_cell_that_is_no_count_is_inconsistent_and_poisons_nothing(double first, double second)
    {
        foreach (var reader in new[] { badOfValid, goodOfValid, goodAndBad })
        {
            Assert.Equal(new SliStep(StepState.Inconsistent), Read(reader, Cell(first, second)));
            Assert.Equal(new SliStep(StepState.Inconsistent), reader.ReadAgain(Cell(first, second)));
            Assert.Equal(100, Read(reader, Cell(50, reader == goodAndBad ? 50 : 100)).Valid);
        }
    }

    [DiceProperty]
    public void Bad_is_never_negative_and_never_more_than_valid_and_telescopes(Dice dice)
    {
        double read = 0, booked = 0;
        for (var i = 0; i < 50; i++)
        {
            var valid = dice.Between(50, 100);
            var good = dice.Chance(0.02) ? valid + 1 : valid - dice.Below(5);
            read += valid - good;
            var step = Read(goodOfValid, Cell(good, valid));
            Assert.InRange(step.Bad, 0, step.Valid);
            booked += step.Bad;
            Assert.InRange(booked - read, 0, 50);
        }

        booked += Read(goodOfValid, Cell(0, 100)).Bad;
        Assert.Equal(read + 100, booked);
    }
}
