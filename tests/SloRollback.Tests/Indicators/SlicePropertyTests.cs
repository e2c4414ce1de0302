namespace SloRollback.Tests.Indicators;

public sealed class SlicePropertyTests
{
    [DiceProperty(MaxTest = 2000)]
    public void Slices_that_come_in_order_are_booked_by_the_letter_at_every_moment(Dice dice)
    {
        var world = new RandomSlices(dice);
        var bookings = new Bookings(world.Reader(kept: 100));
        var judged = new List<SliStep>();
        for (var i = 0; i < 60; i++)
        {
            var cell = world.Cell();
            judged.Add(world.Judge(cell));
            bookings.Read(Given.Step0 + i, cell);
            Assert.Equal(NaiveSlices.Book(judged, world.Slices), bookings.All);
        }
    }

    [DiceProperty(MaxTest = 3000)]
    public void Order_of_arrival_does_not_matter(Dice dice) => Arrive(dice, slices: 80, kept: 100, latest: 80);

    [DiceProperty(MaxTest = 1000)]
    public void Order_of_arrival_does_not_matter_among_the_slices_that_may_still_change(Dice dice) => Arrive(dice, slices: 400, kept: dice.Between(70, 100), latest: 15);

    [DiceProperty(MaxTest = 1000)]
    public void Order_of_arrival_does_not_matter_in_runs_that_are_longer_than_what_is_kept(Dice dice) =>
        Arrive(dice, slices: 200, kept: dice.Between(30, 40), latest: 10, bad: dice.Of(0.9, 0.97, 0.99));

    // Some slices are not read, or not at all, when their time comes, and some get a downtime afterwards.
    private static void Arrive(Dice dice, int slices, int kept, int latest, double bad = 0)
    {
        var world = new RandomSlices(dice, bad);
        var bookings = new Bookings(world.Reader(kept));
        var late = new List<(int Slice, SliCell Cell)>();
        var judged = new SliStep[slices];
        for (var i = 0; i < slices; i++)
        {
            var cell = world.Cell();
            judged[i] = world.Judge(cell);
            if (i > 0 && dice.Chance(0.25))
                late.Add((i, cell));
            if (late is not [.., (var newest, _)] || newest != i)
                bookings.Read(Given.Step0 + i, cell);
            else if (i == slices - 1 || dice.Chance(0.5))
                bookings.Read(Given.Step0 + i, new SliCell(StepState.Unmeasured, 0, 0));

            if (dice.Chance(0.03) && late.TrueForAll(l => l.Slice != i))
            {
                var excluded = i - dice.Below(Math.Min(latest, i + 1));
                judged[excluded] = new SliStep(StepState.Excluded);
                late.RemoveAll(l => l.Slice == excluded);
                bookings.ReadAgain(Given.Step0 + excluded, new SliCell(StepState.Excluded, 1, 1));
            }

            while (late.Count > 0 && late[0].Slice < i && (late[0].Slice <= i - latest || dice.Chance(0.3)))
                Fill(late[0].Slice <= i - latest ? 0 : dice.Below(late.FindLastIndex(l => l.Slice < i) + 1));
        }

        while (late.Count > 0) Fill(dice.Below(late.Count));
        Assert.Equal(NaiveSlices.Book(judged, world.Slices), bookings.All);

        // A skipped slice is known of only once a later one was read.
        void Fill(int index)
        {
            var (slice, cell) = late[index];
            if (slice >= bookings.All.Count)
            {
                bookings.Read(Given.Step0 + slice, cell);
            }
            else
            {
                bookings.ReadAgain(Given.Step0 + slice, cell);
            }

            late.RemoveAt(index);
        }
    }

    [DiceProperty(MaxTest = 1000)]
    public void Slices_of_events_that_contradict_themselves_are_the_slices_of_what_is_booked_of_the_events(Dice dice)
    {
        var indicator = dice.Of<Indicator>(Readers.GoodOfValid, Readers.BadOfValid, Readers.Latency);
        var slices = Readers.AtLeast99 with { Consecutive = dice.Between(1, 5), Retroactive = dice.Chance(0.5) };
        var (events, bookings) = (new NaiveEvents(indicator), new Bookings(Readers.Of(indicator, slices)));
        var contradictions = dice.Of(0.05, 0.2, 0.5);
        for (var step = Given.Step0; step < Given.Step0 + 60; step++)
        {
            var (valid, other) = (dice.Between(80, 120), dice.Chance(contradictions));
            var good = other ? valid + dice.Below(8) : valid - dice.Below(3);
            var cell = indicator == Readers.BadOfValid ? Readers.Cell(other ? good : valid - good, valid) : Readers.Cell(good, valid);
            events.Read(step, cell);
            bookings.Read(step, cell);
            Assert.Equal(NaiveSlices.Book([.. events.Booked.Values.Select(e => NaiveSlices.Judge(slices, e))], slices), bookings.All);
        }
    }

    [DiceProperty(MaxTest = 500)]
    public void A_ratio_slice_is_as_bad_as_its_share_of_bad_events(Dice dice)
    {
        var indicator = dice.Of<Indicator>(Readers.GoodOfValid, Readers.BadOfValid, Readers.GoodAndBad, Readers.Latency);
        var bookings = new Bookings(Readers.OfRatios(indicator, new TimeSlices { Missing = dice.Of(Enum.GetValues<MissingSlices>()) }));
        decimal sum = 0;
        for (var i = 0; i < 40; i++)
        {
            var valid = dice.Between(1, 500);
            var good = dice.Between(0, valid);
            sum += 1 - ((decimal)good / valid);
            bookings.Read(Given.Step0 + i, Readers.Events(indicator, good, valid));
        }

        Assert.Equal((double)(1 - (sum / 40)), 1 - (bookings.Bad / bookings.Valid), 12);
    }
}
