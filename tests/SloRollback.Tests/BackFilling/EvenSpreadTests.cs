namespace SloRollback.Tests.BackFilling;

public sealed class EvenSpreadTests
{
    private static SliStep[] Spread(SliStep cell, int steps) => [.. Enumerable.Range(0, steps).Select(i => EvenSpread.Of(cell, i, steps))];

    [DiceProperty(MaxTest = 500)]
    public void Shares_add_up_to_the_very_same_counts_and_are_counts_themselves(Dice dice)
    {
        var steps = dice.Of(1, 2, 7, 60, 3600);
        double valid = dice.Of(1, 5, 59, 1000, 7_654_321, int.MaxValue - 1), bad = dice.Below((int)valid + 1);
        if (dice.Chance(0.3)) (bad, valid) = (bad / 8, valid / 8);
        var shares = Spread(Given.Measured(bad, valid), steps);

        Assert.Equal((bad, valid), (shares.Sum(s => s.Bad), shares.Sum(s => s.Valid)));
        Assert.All(shares, s => Assert.True(s.Bad >= 0 && s.Bad <= s.Valid && s.Valid > 0 == (s.State == StepState.Measured)));
        Assert.All(shares[..^1], s => Assert.Equal((Math.Floor(s.Bad), Math.Floor(s.Valid)), (s.Bad, s.Valid)));
        Assert.True(shares.Max(s => s.Valid) - shares.Min(s => s.Valid) <= 4, "not even");
    }

    [Fact]
    public void A_few_events_are_spread_over_some_steps() =>
        Assert.Equal([0, 1, 0, 1, 0, 1], Spread(Given.Measured(0, 3), 6).Select(s => s.Valid));

    [Theory]
    [InlineData(StepState.Unmeasured)]
    [InlineData(StepState.Missing)]
    [InlineData(StepState.Excluded)]
    [InlineData(StepState.NoTraffic)]
    [InlineData(StepState.Inconsistent)]
    public void A_cell_without_counts_is_so_many_steps_without(StepState state) =>
        Assert.Equal(Enumerable.Repeat(new SliStep(state), 60), Spread(new SliStep(state), 60));
}
