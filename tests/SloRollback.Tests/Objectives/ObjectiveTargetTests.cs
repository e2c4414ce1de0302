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
    [InlineData("100.0 %")]
    public void A_target_that_leaves_no_error_budget_is_refused(string text)
    {
        Assert.False(ObjectiveTarget.TryParse(text, out _, out var fault));
        Assert.Equal($"\"{text}\" leaves no error budget; use a value below 100%", fault);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0%")]
    [InlineData("0.0")]
    [InlineData("-1")]
    [InlineData("-0.5")]
    [InlineData("100.1")]
    [InlineData("101%")]
    public void A_target_outside_is_refused(string text)
    {
        Assert.False(ObjectiveTarget.TryParse(text, out _, out var fault));
        Assert.Equal($"\"{text}\" is not a target; it lies above 0% and below 100%", fault);
    }

    [Theory]
    [InlineData("1e-1")]
    [InlineData("99,9%")]
    [InlineData("1,000")]
    [InlineData("%")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("99.9%%")]
    [InlineData("NaN")]
    [InlineData("99999999999999999999999999999999999999")]
    public void What_is_no_number_is_refused_with_an_example(string? text)
    {
        Assert.False(ObjectiveTarget.TryParse(text, out _, out var fault));
        Assert.Equal($"\"{text}\" is not a target; examples: 99.9%, 0.999", fault);
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
