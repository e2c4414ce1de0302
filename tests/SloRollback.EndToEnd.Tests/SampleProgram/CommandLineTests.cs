namespace SloRollback.EndToEnd.Tests.SampleProgram;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--bogus", "--bogus")]
    [InlineData("--scenario sunny-day", "sunny-day")]
    [InlineData("--prometheus http://localhost:9090", "--ports")]
    [InlineData("--prometheus nowhere --ports 9101,9102,9103", "nowhere")]
    [InlineData("--ports 9101,9102", "9101,9102")]
    [InlineData("--ports 9101,9101,9102", "9101,9101,9102")]
    [InlineData("unexpected", "unexpected")]
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
    public async Task Ctrl_C_stops_cleanly_with_exit_code_130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a process cannot send Ctrl+C to another one on Windows");
        var run = await SampleRun.StartAsync([], stopAt: "v1 v1 v1");
        Assert.True(run.ExitCode == 130, run.Output + run.Error);
        Assert.Equal("Stopped.", run.LastLine);
        Assert.Empty(run.Error);
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
