namespace SloRollback.Tests.Indicators;

public sealed class StepGridTests
{
    private static readonly Duration Step = Duration.FromSeconds(60);

    [Fact]
    public void Steps_are_half_open_and_aligned_to_the_epoch()
    {
        var grid = new StepGrid(10, 3, Step);
        Assert.Equal((Instant.FromUnixTimeSeconds(600), Instant.FromUnixTimeSeconds(780)), (grid.Start, grid.End));
        Assert.Equal(10, StepGrid.IndexOf(grid.Start, Step));
        Assert.Equal(9, StepGrid.IndexOf(grid.Start - Duration.Epsilon, Step));
        Assert.Equal(13, StepGrid.IndexOf(grid.End, Step));
    }

    [Fact]
    public void The_first_step_at_or_after_an_instant_begins_there_or_later()
    {
        var start = StepGrid.StartOf(10, Step);
        Assert.Equal(10, StepGrid.IndexAtOrAfter(start, Step));
        Assert.Equal(11, StepGrid.IndexAtOrAfter(start + Duration.Epsilon, Step));
        Assert.Equal(10, StepGrid.IndexAtOrAfter(start - Duration.Epsilon, Step));
    }

    [DiceProperty]
    public void An_instant_lies_inside_its_step_before_and_after_the_epoch(Dice dice)
    {
        var step = Duration.FromMilliseconds(dice.Between(1, 100_000));
        var instant = dice.Chance(0.2) ? StepGrid.StartOf(dice.Between(-1000, 1000), step) : Instant.FromUnixTimeMilliseconds(dice.Between(-1_000_000_000, 1_000_000_000)) + Duration.FromNanoseconds((long)dice.Below(1_000_000));
        var index = StepGrid.IndexOf(instant, step);
        Assert.True(StepGrid.StartOf(index, step) <= instant && instant < StepGrid.StartOf(index + 1, step));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-60_000_000_000)]
    [InlineData(1_500_000)]
    [InlineData(60_000_000_001)]
    public void A_step_is_a_positive_whole_number_of_milliseconds(long nanoseconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepGrid(0, 1, Duration.FromNanoseconds(nanoseconds)));

    [Theory]
    [InlineData(1)]
    [InlineData(250)]
    [InlineData(1001)]
    public void A_step_may_be_shorter_than_a_second(long milliseconds) =>
        Assert.Equal(Instant.FromUnixTimeMilliseconds(milliseconds * 2), new StepGrid(-1, 3, Duration.FromMilliseconds(milliseconds)).End);

    [Fact]
    public void A_grid_may_be_empty_but_not_less()
    {
        Assert.Equal(0, new StepGrid(10, 0, Step).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepGrid(10, -1, Step));
    }

    [Fact]
    public void An_index_beyond_all_time_is_refused_and_never_wraps_around()
    {
        Assert.Throws<OverflowException>(() => StepGrid.StartOf(long.MaxValue / 2, Step));
        Assert.Throws<OverflowException>(() => StepGrid.StartOf(long.MinValue / 2, Step));
    }
}
