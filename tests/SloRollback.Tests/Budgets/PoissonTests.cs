using System.Numerics;

namespace SloRollback.Tests.Budgets;

/// <summary>The chance of at most so many events, against sums of whole numbers and against known values.</summary>
public sealed class PoissonTests
{
    /// <summary><c>Σ mean^i / i!</c> up to the count, over the same up to where nothing is added any more: all in fractions.</summary>
    private static double Exactly(int count, int numerator, int denominator)
    {
        var last = Math.Max(count, numerator / denominator * 4) + 60;
        var (tail, all) = (BigInteger.Zero, BigInteger.Zero);

        // The term of i over the last one's denominator, last! × denominator^last.
        var term = BigInteger.Pow(denominator, last);
        for (var i = 1; i <= last; i++) term *= i;
        for (var i = 0; i <= last; i++)
        {
            if (i > 0) term = term * numerator / (denominator * (BigInteger)i);
            all += term;
            if (i <= count) tail += term;
        }

        return Math.Exp(BigInteger.Log(tail) - BigInteger.Log(all));
    }

    [DiceProperty(MaxTest = 300)]
    public void Small_means_agree_with_the_sum_in_whole_numbers(Dice dice)
    {
        var (numerator, denominator) = (dice.Between(1, 600), dice.Of(1, 2, 7, 10, 100));
        var mean = (double)numerator / denominator;
        var count = dice.Below((int)(mean * 2) + 12);
        var expected = Exactly(count, numerator, denominator);
        Assert.Equal(1, Poisson.AtMost(count, mean) / expected, 1e-8);
    }

    // Computed with 60 digits.
    [Theory]
    [InlineData(0, 8, 3.354626279025e-04)]
    [InlineData(3, 8, 4.238011199168e-02)]
    [InlineData(50, 100, 2.401592235617e-08)]
    [InlineData(99, 100, 4.867012017209e-01)]
    [InlineData(100, 100, 5.265621985300e-01)]
    [InlineData(140, 100, 9.999359873628e-01)]
    [InlineData(400, 1000, 1.319693376897e-103)]
    [InlineData(900, 1000, 6.977673277963e-04)]
    [InlineData(39000, 40000, 2.614750219445e-07)]
    [InlineData(40400, 40000, 9.772500917699e-01)]
    [InlineData(399000, 400000, 5.696835314748e-02)]
    [InlineData(0, 700, 9.859676543760e-305)]
    public void Known_values(double count, double mean, double expected) => Assert.Equal(1, Poisson.AtMost(count, mean) / expected, 1e-7);

    // Computed with 60 digits.
    [Theory]
    [InlineData(160, 100, 1.261663811776e-08)]
    [InlineData(1190, 1000, 2.432252150860e-09)]
    public void What_is_lacking_from_certainty_is_a_sum_to_its_end(double count, double mean, double expected) =>
        Assert.Equal(1, (1 - Poisson.AtMost(count, mean)) / expected, 1e-6);

    [Theory]
    [InlineData(0, 8, true)]
    [InlineData(0, 9.2, true)]
    [InlineData(0, 9.22, false)]
    [InlineData(1, 9.22, true)]
    [InlineData(40, 100, false)]
    [InlineData(64, 100, false)]
    [InlineData(65, 100, true)]
    public void The_chance_of_one_in_ten_thousand(double count, double mean, bool isLikely) =>
        Assert.Equal(isLikely, Poisson.AtMost(count, mean) >= 1e-4);

    [DiceProperty(MaxTest = 1000)]
    public void It_is_a_chance_that_grows_with_the_count_and_falls_with_the_mean(Dice dice)
    {
        var mean = dice.Of(0.01, 0.5, 3, 9.9, 10.1, 100, 12_345.6, 1e6, 1e9) * (1 + (dice.Below(1000) / 500.0));
        var count = Math.Floor(mean * dice.Of(0, 0.1, 0.39, 0.9, 0.999, 1, 1.001, 1.1, 3)) + dice.Below(3);
        var chance = Poisson.AtMost(count, mean);
        Assert.InRange(chance, 0, 1);

        // Logarithms of large factorials are off by some billionths.
        Assert.True(Poisson.AtMost(count + 1, mean) >= chance * (1 - 1e-6));
        Assert.True(Poisson.AtMost(count, mean * 1.1) <= chance * (1 + 1e-6));
        Assert.Equal(chance, Poisson.AtMost(count + 0.5, mean));
    }

    [Fact]
    public void Nothing_where_nothing_is_expected_is_certain() => Assert.Equal(1, Poisson.AtMost(0, 0));
}
