using FsCheck.Xunit;
using NodaTime;
using SloRollback.Hosting.Configuration;

namespace SloRollback.Hosting.Tests.Configuration;

public sealed class HumanDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("1m", 60_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1h 30m", 5_400_000)]
    [InlineData(" 5 m ", 300_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("1w", 604_800_000)]
    public void Reads(string text, long milliseconds)
    {
        Assert.True(HumanDuration.TryParse(text, out var duration, out _));
        Assert.Equal(Duration.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("h")]
    [InlineData("30x")]
    [InlineData("-5m")]
    [InlineData("+5m")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("1,5h")]
    [InlineData(".5h")]
    [InlineData("1.h")]
    [InlineData("1..5h")]
    [InlineData("1H")]
    [InlineData("1M")]
    [InlineData("00:05:00")]
    [InlineData("PT5M")]
    [InlineData("0.0000001ms")]
    [InlineData("99999999999d")]
    [InlineData("9999999999999999999999999999999h")]
    [InlineData("５m")]
    public void Refuses_and_says_what_would_be_right(string? text)
    {
        Assert.False(HumanDuration.TryParse(text, out _, out var fault));
        Assert.Equal($"\"{text}\" is not a duration; examples: 500ms, 30s, 1h30m, 7d", fault);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ms")]
    [InlineData(90_000, "1m30s")]
    [InlineData(5_400_000, "1h30m")]
    [InlineData(31_622_400_000, "366d")]
    [InlineData(-60_000, "-1m")]
    public void Writes_the_longest_units_first(long milliseconds, string text) =>
        Assert.Equal(text, HumanDuration.Format(Duration.FromMilliseconds(milliseconds)));

    [Property(MaxTest = 500)]
    public void What_was_written_is_read_to_the_nanosecond(long nanoseconds)
    {
        var duration = Duration.FromNanoseconds(nanoseconds & long.MaxValue);

        Assert.True(HumanDuration.TryParse(HumanDuration.Format(duration), out var read, out _));
        Assert.Equal(duration, read);
    }

    [Property(MaxTest = 500)]
    public void A_text_is_read_or_refused_with_a_reason(string? text) =>
        Assert.Equal(HumanDuration.TryParse(text, out _, out var fault), fault is null);

    [Fact]
    public void The_longest_duration_survives_too()
    {
        Assert.True(HumanDuration.TryParse(HumanDuration.Format(Duration.MaxValue), out var read, out _));
        Assert.Equal(Duration.MaxValue, read);
    }
}
