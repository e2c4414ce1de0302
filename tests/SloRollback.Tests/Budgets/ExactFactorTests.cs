using System.Numerics;

namespace SloRollback.Tests.Budgets;

/// <summary>Products and comparisons with decimal factors against whole numbers of any length.</summary>
public sealed class ExactFactorTests
{
    // 1 - T, or a factor times it, as people write them: up to ten digits, wherever the point is.
    private static decimal AnyFactor(Dice dice) => dice.Below(3) switch
    {
        0 => dice.Of(0.1m, 0.01m, 0.001m, 0.0005m, 0.0001m, 0.000001m) * dice.Of(1, 14.4m, 6, 3, 13.44m, 1.5m),
        1 => dice.Between(1, 99_999) / 100_000m,
        _ => dice.Between(1, int.MaxValue - 1) / dice.Of(1e9m, 1e12m),
    };

    // Up to 28 digits, as divisions leave them.
    private static decimal AnyDecimal(Dice dice) => dice.Below(4) switch
    {
        0 => AnyFactor(dice),
        1 => dice.Between(1, int.MaxValue - 1) / dice.Of(3m, 7m, 11m),
        2 => new decimal(dice.Below(int.MaxValue), dice.Below(int.MaxValue), dice.Between(1, int.MaxValue - 1), false, (byte)dice.Below(10)),
        _ => new decimal(dice.Below(int.MaxValue), dice.Below(int.MaxValue), dice.Below(int.MaxValue / 4), false, 28) + 1e-28m,
    };

    private static double AnyCount(Dice dice) => dice.Below(4) switch
    {
        0 => dice.Between(0, 1000),
        1 => dice.Below(int.MaxValue),
        2 => dice.Below(int.MaxValue) * (double)dice.Between(1, 400_000),
        _ => dice.Between(0, 100_000) / (double)dice.Between(1, 60),
    };

    private static (BigInteger Numerator, BigInteger Denominator) Fraction(decimal value)
    {
        var bits = decimal.GetBits(value);
        var digits = ((BigInteger)(uint)bits[2] << 64) + ((BigInteger)(uint)bits[1] << 32) + (uint)bits[0];
        return (digits, BigInteger.Pow(10, (bits[3] >> 16) & 0xFF));
    }

    private static (BigInteger Numerator, BigInteger Denominator) Fraction(double value)
    {
        var denominator = BigInteger.One;
        for (; value != Math.Floor(value); value *= 2) denominator *= 2;
        return ((BigInteger)value, denominator);
    }

    // Is a double no further from a fraction than its two neighbours are?
    private static bool IsNearest(double value, BigInteger numerator, BigInteger denominator)
    {
        BigInteger Distance(double candidate)
        {
            var (n, d) = Fraction(candidate);
            return BigInteger.Abs((n * denominator) - (numerator * d)) * (BigInteger.Pow(2, 1200) / d);
        }

        return Distance(value) <= Distance(Math.BitIncrement(value)) && (value == 0 || Distance(value) <= Distance(Math.BitDecrement(value)));
    }

    [DiceProperty(MaxTest = 3000)]
    public void A_product_is_the_double_next_to_the_exact_one(Dice dice)
    {
        var (factor, events) = (AnyDecimal(dice), AnyCount(dice));
        var ((n, d), (m, e)) = (Fraction(factor), Fraction(events));
        var product = new ExactFactor(factor).Times(events);
        Assert.True(IsNearest(product, n * m, d * e), $"{factor} × {events:R} is not {product:R}");
    }

    [DiceProperty(MaxTest = 3000)]
    public void Whole_counts_exceed_a_share_exactly_when_they_are_more(Dice dice)
    {
        var factor = AnyFactor(dice);
        var whole = Math.Floor(AnyCount(dice));
        var (n, d) = Fraction(factor);
        var limit = (long)BigInteger.Min(n * (BigInteger)whole / d, 1_000_000_000_000_000);
        foreach (var part in new[] { limit - 1, limit, limit + 1, 0, (long)whole })
        {
            if (part < 0) continue;

            var expected = part * d > n * (BigInteger)whole;
            Assert.True(expected == new ExactFactor(factor).IsExceeded(part, whole), $"{part} of {whole:R} above {factor}: {expected}");
        }
    }

    [Theory]
    [InlineData(1440, false)]
    [InlineData(1441, true)]
    public void Exactly_the_factor_is_not_above_it(double bad, bool isAbove) =>
        Assert.Equal(isAbove, new ExactFactor(14.4m * 0.001m).IsExceeded(bad, 100_000));

    // Both are eight digits before the point: neighbours of the limit are a billionth apart.
    [Fact]
    public void What_was_divided_is_above_only_when_it_is_more_than_some_ulps_above()
    {
        var (factor, whole) = (new ExactFactor(0.1m), 100_000_000 / 7.0);
        var limit = factor.Times(whole);
        Assert.False(factor.IsExceeded(limit, whole));
        Assert.False(factor.IsExceeded(Math.BitIncrement(limit), whole));
        Assert.True(factor.IsExceeded(limit * (1 + 1e-12), whole));
    }

    [Theory]
    [InlineData(0, 0.5, false)]
    [InlineData(0, 1, false)]
    [InlineData(1e-9, 0.5, true)]
    public void Of_nothing_allowed_nothing_is_not_above(double part, double whole, bool isAbove) =>
        Assert.Equal(isAbove, new ExactFactor(0).IsExceeded(part, whole));

    [Fact]
    public void A_factor_is_never_negative() => Assert.Throws<ArgumentOutOfRangeException>(() => new ExactFactor(-0.001m));
}
