namespace SloRollback.Tests.Indicators;

public sealed class SavedReaderTests
{
    private const int Kept = 40;

    private static Func<StepReader> Any(Dice dice, out Func<SliCell> cell)
    {
        var world = new RandomSlices(dice);
        var noise = dice.Of(0, 0.3);
        cell = () => world.Indicator is not GaugeIndicator && dice.Chance(noise) ? Readers.Cell(dice.Between(95, 120), 100) : world.Cell();
        if (world.Indicator is GaugeIndicator || dice.Chance(0.5))
            return () => world.Reader(Kept);
        return dice.Chance(0.5) ? () => Readers.Of(world.Indicator, Kept) : () => Readers.OfRatios(world.Indicator, world.Slices);
    }

    private static void Run(Dice dice, StepReader reader, Func<SliCell> cell, ref long step, int count, Action<Action<StepReader, List<object>>>? also = null)
    {
        for (var i = 0; i < count; i++)
        {
            step += dice.Chance(0.05) ? dice.Between(1, Kept + 5) : 1;
            var (now, read, again) = (step, cell(), dice.Chance(0.2) ? step - dice.Below(Kept + 5) : step);
            void Do(StepReader of, List<object> seen)
            {
                seen.Add((of.Read(now, read, out var reason), reason));
                seen.AddRange(of.Corrections.ToArray().Cast<object>());
                if (again == now) return;
                seen.Add(of.ReadAgain(again, read));
                seen.AddRange(of.Corrections.ToArray().Cast<object>());
            }

            if (also is null)
                Do(reader, []);
            else
                also(Do);
        }
    }

    [DiceProperty(MaxTest = 1500)]
    public void A_reader_that_was_saved_goes_on_as_if_nothing_had_happened(Dice dice)
    {
        var make = Any(dice, out var cell);
        var (reader, loaded, step) = (make(), make(), Given.Step0);
        Run(dice, reader, cell, ref step, dice.Below(80));
        loaded.Load(reader.Saved());
        Assert.Equal(reader.Saved(), loaded.Saved());
        Run(dice, reader, cell, ref step, 40, also: act =>
        {
            var (expected, actual) = (new List<object>(), new List<object>());
            act(reader, expected);
            act(loaded, actual);
            Assert.Equal(expected, actual);
        });
        Assert.Equal(reader.Saved(), loaded.Saved());
    }

    [DiceProperty(MaxTest = 3000)]
    public void Nonsense_is_refused_or_read_and_nothing_else(Dice dice)
    {
        var make = Any(dice, out var cell);
        var (reader, loaded, step) = (make(), make(), Given.Step0);
        Run(dice, reader, cell, ref step, dice.Below(60));
        var saved = reader.Saved();
        for (var i = dice.Between(0, 3); i > 0; i--) saved[dice.Below(saved.Length)] = (byte)dice.Below(256);
        if (dice.Chance(0.3)) saved = saved[..dice.Below(saved.Length)];
        if (dice.Chance(0.1)) saved = [.. dice.Some(60, _ => (byte)dice.Below(256))];
        try
        {
            loaded.Load(saved);
        }
        catch (InvalidDataException)
        {
            return;
        }

        Assert.True(loaded.Saved().Length <= saved.Length);
        try
        {
            Run(dice, loaded, cell, ref step, 20);
        }
        catch (ArgumentOutOfRangeException)
        {
            // A damaged index says that later steps were read already.
        }
    }

    [DiceProperty]
    public void Every_state_that_is_cut_short_is_refused(Dice dice)
    {
        var make = Any(dice, out var cell);
        var (reader, step) = (make(), Given.Step0);
        Run(dice, reader, cell, ref step, dice.Below(60));
        var saved = reader.Saved();
        for (var length = 0; length < saved.Length; length++)
            Assert.Throws<InvalidDataException>(() => make().Load(saved[..length]));
    }

    [Fact]
    public void The_state_of_another_kind_of_reader_is_refused()
    {
        var (events, gauge) = (Readers.Of(Readers.GoodOfValid), Readers.Of(Readers.Gauge, Readers.AtLeast99));
        Assert.Throws<InvalidDataException>(() => events.Load(gauge.Saved()));
        Assert.Throws<InvalidDataException>(() => gauge.Load(events.Saved()));
    }

    private static byte[] EventState((long Step, double Slack, double Valid, bool IsMeasured)[] recent, params long[] marked) => EventState([], recent, marked);

    private static byte[] EventState((long Step, double Bad)[] carried, (long Step, double Slack, double Valid, bool IsMeasured)[] recent, params long[] marked)
    {
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write((byte)1);
        writer.Write(0.0);
        writer.Write(true);
        writer.Write(carried.Length);
        foreach (var (step, bad) in carried)
        {
            writer.Write(step);
            writer.Write(bad);
        }

        writer.Write((byte)recent.Length);
        foreach (var (step, slack, valid, isMeasured) in recent)
        {
            writer.Write(step);
            writer.Write(slack);
            writer.Write(valid);
            writer.Write(isMeasured);
        }

        writer.Write(marked.Length);
        foreach (var step in marked) writer.Write(step);
        writer.Flush();
        return stream.ToArray();
    }

    private static byte[] SliceState(int before, int[] slices) =>
        [2, .. BitConverter.GetBytes(Given.Step0), .. BitConverter.GetBytes(slices.Length), (byte)before, .. slices.Select(s => (byte)s)];

    private static void RefusesEvents((long Step, double Slack, double Valid, bool IsMeasured)[] recent, params long[] marked) =>
        Assert.Throws<InvalidDataException>(() => Readers.Of(Readers.GoodOfValid).Load(EventState(recent, marked)));

    [Theory]
    [InlineData(double.NaN, 100, true)]
    [InlineData(double.NegativeInfinity, 100, false)]
    [InlineData(-4, double.NaN, false)]
    [InlineData(-4, double.PositiveInfinity, true)]
    [InlineData(-4, -1, false)]
    [InlineData(-4, 0, true)]
    public void Events_that_no_reader_counted_are_refused(double slack, double valid, bool isMeasured) => RefusesEvents([(5, slack, valid, isMeasured)]);

    [Fact]
    public void Steps_that_stand_in_no_order_are_refused()
    {
        Readers.Of(Readers.GoodOfValid).Load(EventState([(5, -4, 100, true), (6, -4, 0, false)], 3, 4));
        RefusesEvents([(5, -4, 100, true), (5, -4, 100, true)]);
        RefusesEvents([(5, -4, 100, true), (4, -4, 100, true)]);
        RefusesEvents([], 3, 3);
        RefusesEvents([], 4, 3);
    }

    [Fact]
    public void What_no_step_took_in_is_refused()
    {
        static void Load(params (long Step, double Bad)[] carried) => Readers.Of(Readers.GoodOfValid).Load(EventState(carried, []));
        Load((1, -2), (2, 0.5));
        Load([.. Enumerable.Range(1, 16).Select(step => ((long)step, -1.0))]);
        Assert.Throws<InvalidDataException>(() => Load([.. Enumerable.Range(1, 17).Select(step => ((long)step, -1.0))]));
        Assert.Throws<InvalidDataException>(() => Load((2, -2), (2, 0.5)));
        Assert.Throws<InvalidDataException>(() => Load((2, -2), (1, 0.5)));
        Assert.Throws<InvalidDataException>(() => Load((2, double.NaN)));
    }

    [Fact]
    public void More_steps_than_a_contradiction_looks_at_are_refused() =>
        RefusesEvents([.. Enumerable.Range(1, 6).Select(step => ((long)step, -4.0, 100.0, true))]);

    [Fact]
    public void A_step_that_is_marked_and_measured_at_once_is_marked_once()
    {
        var reader = Readers.Of(Readers.GoodOfValid);
        reader.Load(EventState([(1, -4, 100, true), (2, -4, 100, true), (3, -4, 100, true), (4, -4, 100, true)], 1));
        Assert.Equal(StepState.Inconsistent, reader.Read(5, Readers.Cell(104, 100), out _).State);
        for (var step = 1; step <= 5; step++) Assert.Equal(StepState.Inconsistent, reader.ReadAgain(step, Readers.Cell(104, 100)).State);
    }

    // 1 is a bad slice, 2 one that ends a run, 4 a recovered one, 8 one that counts.
    [Theory]
    [InlineData(true, 2, 0, 1, 2, 5, 9, 13)]
    [InlineData(false, 3)]
    [InlineData(false, 0, 3)]
    [InlineData(false, 0, 8)]
    [InlineData(false, 0, 10)]
    [InlineData(false, 0, 16)]
    public void Slices_that_no_reader_booked_are_refused(bool isPlausible, int before, params int[] slices)
    {
        var refusal = Record.Exception(() => Readers.Of(Readers.Gauge, Readers.AtLeast99 with { Consecutive = 2 }).Load(SliceState(before, slices)));
        Assert.Equal(isPlausible ? null : typeof(InvalidDataException), refusal?.GetType());
    }

    [DiceProperty]
    public void A_state_that_is_loaded_leaves_nothing_of_what_was_known_before(Dice dice)
    {
        var make = Any(dice, out var cell);
        var (reader, used, step) = (make(), make(), Given.Step0);
        Run(dice, used, cell, ref step, dice.Below(60));
        used.Load(reader.Saved());
        Assert.Equal(reader.Saved(), used.Saved());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_state_of_a_reader_that_keeps_more_is_refused(bool isSlices)
    {
        StepReader Make(int kept) =>
            isSlices ? Readers.Of(Readers.GoodOfValid, Readers.AtLeast99 with { Consecutive = 2 }, kept) : Readers.Of(Readers.GoodOfValid, kept);

        // Counts that contradict each other all the time, so that all that can be kept is.
        var readers = new[] { Make(9), Make(10), Make(30) };
        for (var step = 0; step < 100; step++)
        {
            foreach (var reader in readers) reader.Read(step, Readers.Cell(isSlices ? 90 : 104, 100), out _);
        }

        Make(10).Load(readers[0].Saved());
        Make(10).Load(readers[1].Saved());
        Assert.Throws<InvalidDataException>(() => Make(9).Load(readers[1].Saved()));
        Assert.Throws<InvalidDataException>(() => Make(10).Load(readers[2].Saved()));
    }

    [Fact]
    public void A_step_in_the_steady_state_allocates_nothing()
    {
        var slices = Readers.AtLeast99 with { Consecutive = 3, Retroactive = true };
        foreach (var reader in new[]
        {
            Readers.Of(Readers.BadOfValid), Readers.Of(Readers.GoodOfValid), Readers.Of(Readers.GoodOfValid, slices),
            Readers.Of(Readers.GoodOfValid, Readers.AtLeast99), Readers.Of(Readers.Gauge, slices), Readers.OfRatios(Readers.GoodOfValid, slices),
        })
        {
            Read(reader, 0, 2000);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Read(reader, 2000, 2000);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // Runs of bad slices and skews of one event are part of it.
        static void Read(StepReader reader, long first, int count)
        {
            for (var step = first; step < first + count; step++)
                reader.Read(step, Readers.Cell(step % 7 < 4 ? 90 : step % 50 == 6 ? 101 : 100, 100), out _);
        }
    }
}
