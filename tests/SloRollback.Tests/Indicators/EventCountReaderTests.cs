namespace SloRollback.Tests.Indicators;

public sealed class EventCountReaderTests
{
    private readonly StepReader badOfValid = Readers.Of(Readers.BadOfValid);
    private readonly StepReader goodOfValid = Readers.Of(Readers.GoodOfValid);
    private readonly StepReader goodAndBad = Readers.Of(Readers.GoodAndBad);
    private long next = Given.Step0;

    private static SliCell Cell(double first, double second, AbsentSelectors absent = AbsentSelectors.None) => Readers.Cell(first, second, absent);

    private SliStep Read(StepReader reader, SliCell cell) => Read(reader, cell, out _);

    private SliStep Read(StepReader reader, SliCell cell, out UnmeasuredReason reason) => reader.Read(next++, cell, out reason);

    [Fact]
    public void Two_of_good_bad_and_valid_give_the_third()
    {
        Assert.Equal(Given.Measured(3, 100), Read(badOfValid, Cell(3, 100)));
        Assert.Equal(Given.Measured(3, 100), Read(goodOfValid, Cell(97, 100)));
        Assert.Equal(Given.Measured(3, 100), Read(goodAndBad, Cell(97, 3)));
    }

    [Fact]
    public void A_latency_reads_good_and_valid_events_from_its_histogram()
    {
        var latency = Readers.Of(Readers.Latency);
        Assert.Equal(Given.Measured(3, 100), Read(latency, Cell(97, 100)));
        Assert.Equal(new SliStep(StepState.Missing), Read(latency, new SliCell(StepState.Missing, 0, 0, AbsentSelectors.Both)));
        Assert.Equal(new SliStep(StepState.Missing), Read(latency, Cell(5, 0, AbsentSelectors.Second)));
        Assert.Equal(StepState.NoTraffic, Read(latency, Cell(0, 0)).State);
    }

    [Theory]
    [InlineData(StepState.Excluded)]
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
        Assert.Equal(StepState.Unmeasured, Read(goodOfValid, Cell(0, 100, AbsentSelectors.First), out var reason).State);
        Assert.Equal(UnmeasuredReason.SelectorNeverMatched, reason);
        Assert.Equal(Given.Measured(0, 100), Read(goodOfValid, Cell(100, 100)));
        Assert.Equal(Given.Measured(100, 100), Read(goodOfValid, Cell(0, 100, AbsentSelectors.First)));
    }

    [Fact]
    public void Good_that_never_matched_beside_bad_is_no_outage_either()
    {
        Assert.Equal(StepState.Unmeasured, Read(goodAndBad, Cell(0, 3, AbsentSelectors.First), out var reason).State);
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
    [InlineData(2, 200, StepState.Measured)]
    public void Counts_that_contradict_each_other_over_5_steps_are_inconsistent(double tooMany, double valid, StepState fifth)
    {
        for (var i = 0; i < 4; i++) Assert.Equal(StepState.Measured, Read(goodOfValid, Cell(valid + tooMany, valid)).State);
        Assert.Equal(fifth, Read(goodOfValid, Cell(valid + tooMany, valid)).State);
    }

    [Fact]
    public void All_five_steps_that_contradict_each_other_are_marked_as_far_as_they_were_measured()
    {
        var bookings = new Bookings(badOfValid);
        SliCell[] cells = [Cell(104, 100), Cell(1, 0), new(StepState.Missing, 0, 0), Cell(100, 100), Cell(110, 100), Cell(100, 100), Cell(90, 100)];
        for (var i = 0; i < 5; i++) bookings.Read(Given.Step0 + i, cells[i]);
        Assert.All(bookings.All, step => Assert.NotEqual(StepState.Inconsistent, step.State));

        // The steps are those that were read: the missing one is not among the five, and the one without traffic stays what it is.
        Assert.Equal(StepState.Inconsistent, bookings.Read(Given.Step0 + 5, cells[5]).State);
        StepState[] states = [StepState.Inconsistent, StepState.NoTraffic, StepState.Missing, StepState.Inconsistent, StepState.Inconsistent, StepState.Inconsistent];
        Assert.Equal(states, bookings.All.Select(s => s.State));

        // Counts that make up for it end it: what is measured from there on is not marked.
        Assert.Equal(StepState.Measured, bookings.Read(Given.Step0 + 6, cells[6] with { First = 20 }).State);
        Assert.True(bookings.Reader.Corrections.IsEmpty);
    }

    [Fact]
    public void A_step_that_turns_out_to_lie_in_a_downtime_contradicts_nothing()
    {
        var bookings = new Bookings(badOfValid);
        for (var i = 0; i < 4; i++) bookings.Read(Given.Step0 + i, Cell(104, 100));
        bookings.ReadAgain(Given.Step0 + 1, new SliCell(StepState.Excluded, 104, 100));
        Assert.Equal(StepState.Measured, bookings.Read(Given.Step0 + 4, Cell(104, 100)).State);
        Assert.Equal(StepState.Inconsistent, bookings.Read(Given.Step0 + 5, Cell(104, 100)).State);
        Assert.Equal([0, 2, 3, 4, 5], bookings.All.Index().Where(s => s.Item.State == StepState.Inconsistent).Select(s => s.Index));
        Assert.Equal(StepState.Excluded, bookings[Given.Step0 + 1].State);
    }

    [Fact]
    public void A_step_read_again_contradicts_with_what_it_says_now()
    {
        for (var i = 0; i < 4; i++) Read(goodOfValid, Cell(104, 100));
        goodOfValid.ReadAgain(next - 2, Cell(80, 100));
        Assert.Equal(StepState.Measured, Read(goodOfValid, Cell(104, 100)).State);
    }

    [Fact]
    public void A_step_read_again_does_not_move_what_is_carried()
    {
        Assert.Equal(Given.Measured(0, 100), Read(goodOfValid, Cell(102, 100)));
        Assert.Equal(Given.Unmeasured, Read(goodOfValid, new SliCell(StepState.Unmeasured, 0, 0)));
        Assert.Equal(Given.Measured(5, 100), goodOfValid.ReadAgain(next - 1, Cell(95, 100)));
        Assert.Equal(Given.Measured(3, 100), Read(goodOfValid, Cell(95, 100)));
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
            Assert.Equal(new SliStep(StepState.Inconsistent), reader.ReadAgain(next - 1, Cell(first, second)));
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
