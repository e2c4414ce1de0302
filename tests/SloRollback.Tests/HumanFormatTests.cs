namespace SloRollback.Tests;

public sealed class HumanFormatTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(0.04, "0s")]
    [InlineData(1.5, "1.5s")]
    [InlineData(59, "59s")]
    [InlineData(60, "1m")]
    [InlineData(61, "1m 1s")]
    [InlineData(3600, "1h")]
    [InlineData(3601, "1h 1s")]
    [InlineData(5400, "1h 30m")]
    [InlineData(5401, "1h 30m")]
    [InlineData(86_400, "1d")]
    [InlineData(90_061, "1d 1h")]
    [InlineData(86_460, "1d 1m")]
    [InlineData(-45, "-45s")]
    [InlineData(-60, "-1m")]
    [InlineData(-90_061, "-1d 1h")]
    public void A_length_is_told_by_its_two_largest_units(double seconds, string text) =>
        Assert.Equal(text, HumanFormat.Length(Duration.FromSeconds(seconds)));

    [Fact]
    public void Even_the_longest_lengths_have_a_text()
    {
        Assert.Equal("16777215d 23h", HumanFormat.Length(Duration.MaxValue));
        Assert.Equal("-16777215d 23h", HumanFormat.Length(Duration.MinValue));
    }

    [Theory]
    [InlineData(0, "0%")]
    [InlineData(10, "1000%")]
    [InlineData(0.374, "37%")]
    [InlineData(0.1, "10%")]
    [InlineData(0.0999, "10%")]
    [InlineData(0.0994, "9.9%")]
    [InlineData(0.01, "1%")]
    [InlineData(0.0144, "1.4%")]
    [InlineData(0.00994, "0.99%")]
    [InlineData(0.00123456, "0.12%")]
    [InlineData(0.001, "0.1%")]
    [InlineData(0.000994, "0.0994%")]
    [InlineData(0.0000123456, "0.0012%")]
    [InlineData(-0.0144, "-1.4%")]
    [InlineData(-998.999, "-99900%")]
    public void A_share_has_as_many_digits_as_it_takes_to_see_it(double share, string text) => Assert.Equal(text, HumanFormat.Percent(share));
}
