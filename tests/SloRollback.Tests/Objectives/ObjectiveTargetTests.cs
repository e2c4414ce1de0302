namespace SloRollback.Tests.Objectives;

public sealed class ObjectiveTargetTests
{
    [Theory]
    [InlineData("99.9%", "0.999")]
    [InlineData("99.9 %", "0.999")]
    [InlineData(" 99.9 ", "0.999")]
    [InlineData("0.999", "0.999")]
    [InlineData("0.5%", "0.005")]
    [InlineData("0.5", "0.5")]
    [InlineData("1%", "0.01")]
    [InlineData("1.5", "0.015")]
    [InlineData("99.999999", "0.99999999")]
    [InlineData("+99", "0.99")]
    [InlineData(".9", "0.9")]
    public void A_target_is_read_as_people_write_it(string text, string fraction)
    {
        Assert.True(ObjectiveTarget.TryParse(text, out var target, out var fault), fault);
        Assert.Equal(decimal.Parse(fraction, CultureInfo.InvariantCulture), target.Fraction);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("100")]
    [InlineData("100%")]
    [InlineData("0")]
    [InlineData("0%")]
    [InlineData("0.0")]
    [InlineData("-1")]
    [InlineData("-0.5")]
    [InlineData("100.1")]
    [InlineData("101%")]
    [InlineData("1e-1")]
    [InlineData("99,9%")]
    [InlineData("1,000")]
    [InlineData("%")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("99.9%%")]
    [InlineData("NaN")]
    [InlineData("99999999999999999999999999999999999999")]
    public void Everything_else_is_refused_with_a_reason(string? text)
    {
        Assert.False(ObjectiveTarget.TryParse(text, out _, out var fault));
        Assert.NotEmpty(fault);
    }

    [Fact]
    public void One_minus_target_is_exact() => Assert.Equal(0.001m, Given.Slo(99.9m).ErrorBudgetFraction);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(2)]
    public void A_fraction_lies_above_0_and_below_1(int fraction) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ObjectiveTarget(fraction));

    [DiceProperty]
    public void A_target_is_written_so_that_it_reads_back(Dice dice)
    {
        var target = new ObjectiveTarget(dice.Between(1, 999_999_999) / 1_000_000_000m);
        Assert.True(ObjectiveTarget.TryParse(target.ToString(), out var again, out _));
        Assert.Equal(target, again);
    }
}
