namespace SloRollback.Tests.Budgets;

public sealed class ExactComparisonTests
{
    [DiceProperty(MaxTest = 2000)]
    public void Decimals_decide_at_and_beside_the_boundary(Dice dice)
    {
        var share = dice.Between(-1000, 1000) / dice.Of(1m, 10m, 1000m);
        var events = dice.Between(0, 100_000) * dice.Of(1m, 1000m, 0.5m);
        var limit = share * events;
        foreach (var value in new[] { limit, limit + 0.001m, limit - 0.001m, decimal.Floor(limit), decimal.Floor(limit) + 1, -limit, 0 })
            Assert.Equal(value.CompareTo(limit), ExactComparison.Compare((double)value, share, (double)events));
    }

    // As doubles they are equal.
    [Theory]
    [InlineData(1e15, "10.0000000000000001", 1e14)]
    [InlineData(2.5e14, "0.25000000000000000001", 1e15)]
    public void Decimals_decide_up_to_a_quadrillion(double value, string share, double events) =>
        Assert.Equal(-1, ExactComparison.Compare(value, decimal.Parse(share, CultureInfo.InvariantCulture), events));

    [Theory]
    [InlineData(1e16)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_no_decimal_holds_equals_itself(double value) => Assert.Equal(0, ExactComparison.Compare(value, 1, value));

    [Theory]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(double.NegativeInfinity, -1)]
    [InlineData(double.MaxValue, 1)]
    [InlineData(double.MinValue, -1)]
    [InlineData(double.NaN, 0)]
    [InlineData(1e-300, 1)]
    [InlineData(-1e-300, -1)]
    [InlineData(0, 0)]
    public void No_value_makes_it_throw(double value, int sign)
    {
        Assert.Equal(sign, ExactComparison.Compare(value, 0, 1));
        foreach (var share in new[] { decimal.MaxValue, decimal.MinValue, 0.99m })
        {
            foreach (var events in new[] { 0, 1, double.Epsilon, 1e-20, 1e14, double.MaxValue, double.PositiveInfinity, double.NaN, value })
            {
                foreach (var near in new[] { value, (double)share * events, -value })
                    Assert.Null(Record.Exception(() => ExactComparison.Compare(near, share, events)));
            }
        }
    }
}
