namespace SloRollback.Tests.Budgets;

public sealed class BurnRateTests
{
    [Theory]
    [InlineData(1440, false)]
    [InlineData(1441, true)]
    [InlineData(1439, false)]
    public void A_burn_rate_of_exactly_the_factor_is_not_above_it(double bad, bool isAbove)
    {
        Assert.Equal(isAbove, BurnRate.IsAbove(bad, 100_000, 14.4m, Given.Slo(99.9m).ErrorBudgetFraction));
        Assert.Equal(bad / 100, BurnRate.Of(bad, 100_000, 0.001m)!.Value, 9);
    }

    [Fact]
    public void Without_valid_events_the_burn_rate_is_undefined_and_above_nothing()
    {
        Assert.Null(BurnRate.Of(0, 0, 0.001m));
        Assert.False(BurnRate.IsAbove(0, 0, 1, 0.001m));
    }

    [DiceProperty(MaxTest = 2000)]
    public void The_comparison_is_exact_at_and_beside_the_boundary(Dice dice)
    {
        var (above, budget) = (dice.Between(1, 2000) / 10m, dice.Between(1, 9999) / 100_000m);
        var valid = dice.Between(1, 100_000) * (dice.Chance(0.5) ? 1000L : 1L);
        var limit = above * budget * valid;
        foreach (var bad in new[] { decimal.Floor(limit), decimal.Floor(limit) + 1, decimal.Ceiling(limit) - 1 })
            Assert.Equal(bad > limit, BurnRate.IsAbove((double)bad, valid, above, budget));
    }

    [Theory]
    [InlineData(1e15, 1e16)]
    [InlineData(1e300, 1e300)]
    [InlineData(double.MaxValue, double.MaxValue)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NaN, 100)]
    [InlineData(5, double.NaN)]
    [InlineData(1e-320, 1e-320)]
    public void No_count_makes_it_throw(double bad, double valid) =>
        Assert.Null(Record.Exception(() => BurnRate.IsAbove(bad, valid, 14.4m, 0.001m)));
}
