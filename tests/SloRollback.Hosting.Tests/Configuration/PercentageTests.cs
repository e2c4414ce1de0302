using FsCheck.Xunit;
using SloRollback.Hosting.Configuration;

namespace SloRollback.Hosting.Tests.Configuration;

public sealed class PercentageTests
{
    [Theory]
    [InlineData("1%", "0.01")]
    [InlineData(" 0.5 % ", "0.005")]
    [InlineData("100%", "1")]
    public void Reads(string text, string share)
    {
        Assert.True(Percentage.TryParse(text, out var read, out _));
        Assert.Equal(decimal.Parse(share), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("1")]
    [InlineData("0,5%")]
    [InlineData("one%")]
    public void Refuses_and_says_what_would_be_right(string text)
    {
        Assert.False(Percentage.TryParse(text, out _, out var fault));
        Assert.Equal($"\"{text}\" is not a percentage; examples: 1%, 0.5%", fault);
    }

    [Property]
    public void What_was_written_is_read(int tenThousandths)
    {
        var share = tenThousandths / 10_000m;

        Assert.True(Percentage.TryParse(Percentage.Format(share), out var read, out _));
        Assert.Equal(share, read);
    }
}
