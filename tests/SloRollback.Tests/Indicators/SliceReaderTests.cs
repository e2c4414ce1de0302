namespace SloRollback.Tests.Indicators;

public sealed class SliceReaderTests
{
    private static readonly TimeSlices Short = new() { Operator = ComparisonOperator.LessOrEqual, Threshold = 10 };

    // B bad, G good, M missing, N no traffic, X excluded, U unmeasured, I inconsistent.
    private static SliCell Cell(char slice) => slice switch
    {
        'G' => Readers.Cell(10),
        'B' => Readers.Cell(11),
        'M' => new SliCell(StepState.Missing, 0, 0),
        'N' => new SliCell(StepState.NoTraffic, 0, 0),
        'X' => new SliCell(StepState.Excluded, 11, 0),
        'I' => new SliCell(StepState.Inconsistent, 0, 0),
        _ => new SliCell(StepState.Unmeasured, 0, 0),
    };

    private static Bookings Book(string text, TimeSlices slices, long first = Given.Step0)
    {
        var bookings = new Bookings(Readers.Of(Readers.Gauge, slices));
        for (var i = 0; i < text.Length; i++) bookings.Read(first + i, Cell(text[i]));
        return bookings;
    }

    private static string Bad(Bookings bookings) => string.Concat(bookings.All.Select(s => s.Bad > 0 ? 'B' : '-'));

    [Theory]
    [InlineData(MissingSlices.Ignore, 80, 90, 88.89)]
    [InlineData(MissingSlices.Good, 90, 100, 90)]
    [InlineData(MissingSlices.Bad, 80, 100, 80)]
    public void Missing_slices_are_left_out_or_good_or_bad(MissingSlices missing, double good, double valid, double percent)
    {
        var bookings = Book(new string('G', 80) + new string('B', 10) + new string('M', 10), Short with { Missing = missing });
        Assert.Equal((good, valid), (bookings.Valid - bookings.Bad, bookings.Valid));
        Assert.Equal(percent, Math.Round(100 * good / valid, 2));
        Assert.Equal(10, bookings.All.Count(s => s.State == StepState.Missing));
    }

    [Theory]
    [InlineData(false, 2, "-----BB")]
    [InlineData(true, 4, "---BBBB")]
    public void The_third_bad_slice_of_a_run_and_those_after_it_count(bool retroactive, double bad, string booked)
    {
        var bookings = Book("BBGBBBB", Short with { Consecutive = 3, Retroactive = retroactive });
        Assert.Equal((bad, 7), (bookings.Bad, bookings.Valid));
        Assert.Equal(booked, Bad(bookings));
    }

    [Fact]
    public void Slices_before_the_epoch_are_booked_like_those_after_it() =>
        Assert.Equal("---BBBB", Bad(Book("BBGBBBB", Short with { Consecutive = 3, Retroactive = true }, first: -5)));

    [Theory]
    [InlineData("BGB", "---", "---")]
    [InlineData("BMB", "---", "---")]
    [InlineData("BNB", "---", "---")]
    [InlineData("BXB", "---", "---")]
    [InlineData("BUB", "--B", "B-B")]
    [InlineData("BIB", "--B", "B-B")]
    [InlineData("BUUBGB", "---B--", "B--B--")]
    public void What_is_known_to_be_no_bad_slice_ends_a_run_and_what_is_unknown_does_not(string slices, string booked, string retroactively)
    {
        Assert.Equal(booked, Bad(Book(slices, Short with { Consecutive = 2 })));
        Assert.Equal(retroactively, Bad(Book(slices, Short with { Consecutive = 2, Retroactive = true })));
    }

    [Theory]
    [InlineData(false, "--B--")]
    [InlineData(true, "--B--")]
    public void A_missing_slice_that_is_bad_is_so_at_once_and_ends_the_run(bool retroactive, string booked)
    {
        var slices = Short with { Consecutive = 3, Missing = MissingSlices.Bad, Retroactive = retroactive };
        Assert.Equal(booked, Bad(Book("BBMBB", slices)));
        Assert.Equal(new SliStep(StepState.Missing, 1, 1), Book("M", slices)[Given.Step0]);
    }

    [Fact]
    public void The_first_slices_of_a_run_come_as_corrections_with_the_one_that_makes_them_count()
    {
        var reader = Readers.Of(Readers.Gauge, Short with { Consecutive = 3, Retroactive = true });
        var recovered = Cell('B') with { IsRecovered = true };
        Assert.Equal(new SliStep(StepState.Measured, 0, 1, IsRecovered: true), reader.Read(100, recovered, out _));
        Assert.Equal(new SliStep(StepState.Measured, 0, 1), reader.Read(101, Cell('B'), out _));
        Assert.True(reader.Corrections.IsEmpty);
        Assert.Equal(new SliStep(StepState.Measured, 1, 1), reader.Read(102, Cell('B'), out _));
        Assert.Equal([(100, new SliStep(StepState.Measured, 1, 1, IsRecovered: true)), (101, new SliStep(StepState.Measured, 1, 1))], reader.Corrections.ToArray());
        Assert.Equal(new SliStep(StepState.Measured, 1, 1), reader.Read(103, Cell('B'), out _));
        Assert.True(reader.Corrections.IsEmpty);
    }

    [Theory]
    [InlineData(false, "-B-", "---B", "----")]
    [InlineData(true, "BB-", "BBBB", "----")]
    public void A_gap_that_is_filled_joins_or_parts_the_slices_around_it(bool retroactive, string apart, string joined, string parted)
    {
        var bookings = Book("BBU", Short with { Consecutive = 2, Retroactive = retroactive });
        Assert.Equal(apart, Bad(bookings));

        bookings = Book("BBUB", Short with { Consecutive = 4, Retroactive = retroactive });
        Assert.Equal("----", Bad(bookings));
        bookings.ReadAgain(Given.Step0 + 2, Cell('B'));
        Assert.Equal(joined, Bad(bookings));
        bookings.ReadAgain(Given.Step0 + 2, Cell('X'));
        Assert.Equal(parted, Bad(bookings));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_slice_that_is_too_old_to_change_is_booked_alone_and_changes_nothing(bool retroactive)
    {
        var reader = Readers.Of(Readers.Gauge, Short with { Consecutive = 2, Retroactive = retroactive }, kept: 3);
        for (var step = 0; step < 5; step++) reader.Read(step, Cell('B'), out _);
        Assert.Equal(new SliStep(StepState.Measured, 0, 1), reader.ReadAgain(1, Cell('B')));
        Assert.Equal(new SliStep(StepState.Excluded), reader.ReadAgain(1, Cell('X')));
        Assert.True(reader.Corrections.IsEmpty);

        // The run reaches back to what is no longer kept.
        Assert.Equal(new SliStep(StepState.Measured, 1, 1), reader.ReadAgain(2, Cell('B')));
        Assert.True(reader.Corrections.IsEmpty);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1_000_000_000_000)]
    public void Slices_that_were_skipped_are_unknown_however_many_they_are(long skipped)
    {
        var reader = Readers.Of(Readers.Gauge, Short with { Consecutive = 3 }, kept: 20);
        reader.Read(100, Cell('B'), out _);
        reader.Read(101, Cell('B'), out _);
        Assert.Equal(1, reader.Read(102 + skipped, Cell('B'), out _).Bad);
        Assert.Equal(0, reader.ReadAgain(101 + skipped, Cell('G')).Bad);
        Assert.Equal([(102 + skipped, new SliStep(StepState.Measured, 0, 1))], reader.Corrections.ToArray());
        Assert.Equal(1, reader.ReadAgain(100 + skipped, Cell('B')).Bad);
        Assert.True(reader.Corrections.IsEmpty);
    }

    [Theory]
    [InlineData(ComparisonOperator.Less, true, false, false)]
    [InlineData(ComparisonOperator.LessOrEqual, true, true, false)]
    [InlineData(ComparisonOperator.Greater, false, false, true)]
    [InlineData(ComparisonOperator.GreaterOrEqual, false, true, true)]
    public void A_slice_is_good_when_value_OP_threshold(ComparisonOperator comparison, bool below, bool at, bool above)
    {
        var slices = Readers.AtLeast99 with { Operator = comparison };
        foreach (var indicator in new Indicator[] { Readers.BadOfValid, Readers.GoodOfValid, Readers.GoodAndBad, Readers.Latency })
        {
            Assert.Equal([below, at, above], new[] { 98, 99, 100 }.Select(good => IsGood(indicator, slices, Readers.Events(indicator, good, 100))));
            Assert.Equal([below, at, above], new[] { 989_999, 990_000, 990_001 }.Select(good => IsGood(indicator, slices, Readers.Events(indicator, good, 1_000_000))));
        }

        Assert.Equal([below, at, above], new[] { 0.989999999, 0.99, 0.990000001 }.Select(v => IsGood(Readers.Gauge, slices, Readers.Cell(v))));
        Assert.Equal([below, above], new[] { double.NegativeInfinity, double.PositiveInfinity }.Select(v => IsGood(Readers.Gauge, slices, Readers.Cell(v))));
    }

    [Fact]
    public void A_sum_of_tenths_is_the_tenths_it_stands_for()
    {
        Assert.True(IsGood(Readers.Gauge, Short with { Threshold = 0.3m }, Readers.Cell(0.1 + 0.2)));
        Assert.True(IsGood(Readers.Gauge, Short with { Threshold = 0.3m, Operator = ComparisonOperator.GreaterOrEqual }, Readers.Cell(0.1 + 0.2)));
        Assert.True(IsGood(Readers.GoodOfValid, Readers.AtLeast99, Readers.Cell(99.099, 100.1)));
    }

    [Fact]
    public void A_gauge_that_is_no_number_is_missing()
    {
        Assert.Equal(new SliStep(StepState.Missing), Readers.Of(Readers.Gauge, Short).Read(0, Readers.Cell(double.NaN), out _));
        Assert.Equal(new SliStep(StepState.Missing, 1, 1), Readers.Of(Readers.Gauge, Short with { Missing = MissingSlices.Bad }).Read(0, Readers.Cell(double.NaN), out _));
    }

    [Fact]
    public void Good_events_that_never_matched_make_no_bad_slice()
    {
        var reader = Readers.Of(Readers.GoodOfValid, Readers.AtLeast99);
        Assert.Equal(Given.Unmeasured, reader.Read(0, Readers.Cell(0, 100, AbsentSelectors.First), out var reason));
        Assert.Equal(UnmeasuredReason.SelectorNeverMatched, reason);
        Assert.Equal(new SliStep(StepState.Measured, 0, 1), reader.Read(1, Readers.Cell(100, 100), out reason));
        Assert.Equal(UnmeasuredReason.None, reason);
    }

    [Fact]
    public void A_ratio_slice_is_booked_by_its_share_and_the_states_as_they_are()
    {
        var reader = Readers.OfRatios(Readers.GoodOfValid, new TimeSlices { Missing = MissingSlices.Good });
        Assert.Equal(new SliStep(StepState.Measured, 0.25, 1), reader.Read(0, Readers.Cell(3, 4), out _));
        Assert.Equal(new SliStep(StepState.Measured, 0.25, 1, IsRecovered: true), reader.Read(1, Readers.Cell(300, 400, isRecovered: true), out _));
        Assert.Equal(new SliStep(StepState.Measured, 1, 1), reader.Read(2, Readers.Cell(0, 1), out _));
        Assert.Equal(new SliStep(StepState.NoTraffic), reader.Read(3, Readers.Cell(0, 0), out _));
        Assert.Equal(new SliStep(StepState.Missing, 0, 1), reader.Read(4, Cell('M'), out _));
        Assert.Equal(new SliStep(StepState.Excluded), reader.Read(5, Cell('X'), out _));
        Assert.Equal(new SliStep(StepState.Unmeasured), reader.Read(6, Cell('U'), out _));
        Assert.Equal(new SliStep(StepState.Measured, 0.5, 1), reader.ReadAgain(6, Readers.Cell(5, 10)));
        Assert.Equal(new SliStep(StepState.Excluded), reader.ReadAgain(6, Cell('X')));
    }

    [Fact]
    public void Events_that_contradict_each_other_take_their_slices_back()
    {
        // Each slice has more good than valid events, so it is good; with the fifth it is clear that the counts are not to be trusted.
        var bookings = new Bookings(Readers.Of(Readers.GoodOfValid, Readers.AtLeast99));
        for (var i = 0; i < 4; i++) bookings.Read(i, Readers.Cell(104, 100));
        Assert.Equal(4, bookings.Valid);
        bookings.Read(4, Readers.Cell(104, 100));
        Assert.Equal(0, bookings.Valid);
        Assert.All(bookings.All, s => Assert.Equal(StepState.Inconsistent, s.State));
    }

    [Fact]
    public void What_has_no_events_or_no_threshold_cannot_be_read()
    {
        Assert.Throws<ArgumentException>(() => Readers.Of(Readers.Gauge));
        Assert.Throws<ArgumentException>(() => Readers.OfRatios(Readers.Gauge, new TimeSlices()));
        Assert.Throws<ArgumentException>(() => Readers.Of(Readers.GoodOfValid, null!));
        Assert.Throws<ArgumentException>(() => Readers.Of(new CompositeIndicator { Members = [] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Readers.Of(Readers.GoodOfValid, kept: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            var reader = Readers.Of(Readers.Gauge, Short with { Consecutive = 2 });
            reader.Read(5, Cell('G'), out _);
            reader.Read(5, Cell('G'), out _);
        });
    }

    private static bool IsGood(Indicator indicator, TimeSlices slices, SliCell cell) =>
        Readers.Of(indicator, slices).Read(0, cell, out _) is { State: StepState.Measured, Valid: 1, Bad: 0 };
}
