using System.Globalization;
using System.Text;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Http;

/// <summary>Numbers are the same to the last bit as .NET reads them, and so are times.</summary>
public sealed class SampleTextTests
{
    [SeedProperty(MaxTest = 2000)]
    public void Values_are_the_same_to_the_last_bit(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 50; i++)
            AssertSame(Value(random));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData("0.1")]
    [InlineData("00.50")]
    [InlineData("5.")]
    [InlineData(".5")]
    [InlineData("9007199254740993")]
    [InlineData("9007199254740992.5")]
    [InlineData("9007199254740993.5")]
    [InlineData("4503599627370497.5")]
    [InlineData("4503599627370496.5")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("9999999999999999999")]
    [InlineData("18446744073709551616")]
    [InlineData("0.000000000000000000000000001")]
    [InlineData("0.3000000000000000444")]
    [InlineData("1e308")]
    [InlineData("4.9e-324")]
    [InlineData("1.7976931348623157e+308")]
    public void Edges_are_the_same_to_the_last_bit(string text) => AssertSame(text);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1,0")]
    [InlineData("0x10")]
    [InlineData("--1")]
    [InlineData("1e999")]
    [InlineData("Infinity")]
    public void What_is_no_number_is_refused(string text) =>
        Assert.NotNull(Decoded($$"""[1,"1"],[2,"{{text}}"]""").Problem);

    [SeedProperty(MaxTest = 2000)]
    public void Times_are_whole_milliseconds(int seed)
    {
        var random = new Random(seed);
        var times = Enumerable.Range(0, 20).Select(_ => random.NextInt64(0, (long)Math.Pow(10, random.Next(1, 15)))).Distinct().Order().ToArray();
        var samples = string.Join(',', times.Select(t => $"[{Seconds(t, random.Next(4))},\"1\"]"));
        Assert.Equal(times, Decoded(samples).Series[0].Samples.Select(s => s.Time));
    }

    [Theory]
    [InlineData("253402300799.999")]
    [InlineData("999999999999")]
    [InlineData("-99999999999")]
    [InlineData("1e300")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData("+1")]
    public void Times_that_are_none_are_refused(string time) => Assert.NotNull(Decoded($$"""[-1,"1"],[{{time}},"1"]""").Problem);

    private static void AssertSame(string text)
    {
        // The first is read token by token, the second at once.
        var samples = Decoded($$"""[1,"{{text}}"],[2,"{{text}}"]""").Series[0].Samples;
        var expected = BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture));
        Assert.All(samples, s => Assert.True(BitConverter.DoubleToInt64Bits(s.Value) == expected, $"{text} became {s.Value:R}"));
        Assert.Equal(2, samples.Length);
    }

    private static string Value(Random random) => random.Next(7) switch
    {
        0 => random.NextInt64().ToString(CultureInfo.InvariantCulture),
        1 => (random.NextDouble() * Math.Pow(10, random.Next(-6, 12))).ToString("R", CultureInfo.InvariantCulture),
        2 => BitConverter.Int64BitsToDouble(random.NextInt64(0, 0x7ff0_0000_0000_0000)).ToString("R", CultureInfo.InvariantCulture),
        3 => (random.NextInt64(1L << 52, 1L << 53) + 0.5m).ToString(CultureInfo.InvariantCulture),
        4 => Tie(random),
        5 => "-" + (random.Next() / 1000m).ToString(CultureInfo.InvariantCulture),
        _ => Digits(random, random.Next(1, 12)) + "." + Digits(random, random.Next(1, 29)),
    };

    /// <summary>Exactly half way between two doubles, or next to it.</summary>
    private static string Tie(Random random)
    {
        var exponent = random.Next(0, 12);
        var half = (random.NextInt64(1L << 52, 1L << 53) + 0.5m) / (1L << exponent);
        return (half + (random.Next(-1, 2) * 0.000_000_000_001m)).ToString(CultureInfo.InvariantCulture);
    }

    private static string Digits(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => random.Next(10)));

    private static string Seconds(long milliseconds, int form) => form switch
    {
        0 => (milliseconds / 1000m).ToString(CultureInfo.InvariantCulture),
        1 => (milliseconds / 1000m).ToString("0.000", CultureInfo.InvariantCulture),
        2 => (milliseconds / 1000m).ToString("0.0000", CultureInfo.InvariantCulture),
        _ => (milliseconds / 1000m).ToString("0.###", CultureInfo.InvariantCulture) + "e0",
    };

    private static DecodedAnswer Decoded(string samples) =>
        DecodedAnswer.Of(Encoding.UTF8.GetBytes($$$"""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[{{{samples}}}]}]}}"""), int.MaxValue);
}
