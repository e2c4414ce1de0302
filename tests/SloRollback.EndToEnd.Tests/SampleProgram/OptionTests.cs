namespace SloRollback.EndToEnd.Tests.SampleProgram;

public sealed class OptionTests
{
    [Theory]
    [InlineData("--bogus", "--bogus")]
    [InlineData("--scenario sunny-day", "sunny-day")]
    [InlineData("--prometheus http://localhost:9090", "--ports")]
    [InlineData("--prometheus nowhere --ports 9101,9102,9103", "nowhere")]
    [InlineData("--ports 9101,9102", "9101,9102")]
    [InlineData("--ports 9101,9101,9102", "9101,9101,9102")]
    public async Task Bad_option_ends_with_one_clear_line_and_exit_code_2(string arguments, string named)
    {
        var run = await SampleRun.StartAsync(arguments.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        run.Clean();
    }

    [Fact]
    public async Task Help_names_every_option()
    {
        var run = await SampleRun.StartAsync("--help");
        Assert.Equal(0, run.ExitCode);
        Assert.All(
            (string[])["--scenario", "--prometheus", "--ports", "--evidence", "--plain"],
            option => Assert.Contains(option, run.Output, StringComparison.Ordinal));
        run.Clean();
    }
}
