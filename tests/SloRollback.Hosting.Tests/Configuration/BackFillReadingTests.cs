using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace SloRollback.Hosting.Tests.Configuration;

public sealed class BackFillReadingTests
{
    [Fact]
    public void It_is_on_where_nothing_is_written() =>
        Assert.Equal(new BackFillOptions { Enabled = true, Pause = Duration.FromSeconds(1), Chunk = Duration.FromDays(1) }, Reading.With().BackFill);

    [Fact]
    public void All_is_read()
    {
        var options = Reading.With(("BackFill:Enabled", "false"), ("BackFill:Pause", "0"), ("BackFill:Chunk", "6h"));
        Assert.Empty(Reading.Lines(options));
        Assert.Equal(new BackFillOptions { Enabled = false, Pause = Duration.Zero, Chunk = Duration.FromHours(6) }, options.BackFill);
    }

    [Theory]
    [InlineData("Enabled", "perhaps", ":Enabled  \"perhaps\" is neither true nor false")]
    [InlineData("Pause", "2h", ":Pause  \"2h\" is outside its range, 0s to 1h")]
    [InlineData("Pause", "soon", ":Pause  \"soon\" is not a duration; examples: 500ms, 30s, 1h30m, 7d")]
    [InlineData("Chunk", "59s", ":Chunk  \"59s\" is outside its range, 1m to 30d")]
    [InlineData("Chunk", "31d", ":Chunk  \"31d\" is outside its range, 1m to 30d")]
    [InlineData("Chunks", "1d", ":Chunks  is not known here; did you mean \"Chunk\"?")]
    public void What_is_wrong_is_told_with_its_path(string key, string value, string message) =>
        Assert.Equal([$"SloRollback:BackFill{message}"], Reading.Lines(Reading.With(($"BackFill:{key}", value))));

    [Fact]
    public void All_faults_are_told_at_once() => Assert.Equal(
        ["SloRollback:BackFill:Pause  \"2h\" is outside its range, 0s to 1h", "SloRollback:BackFill:Chunk  \"x\" is not a duration; examples: 500ms, 30s, 1h30m, 7d"],
        Reading.Lines(Reading.With(("BackFill:Pause", "2h"), ("BackFill:Chunk", "x"))));

    [Fact]
    public void A_single_value_is_no_place_with_keys() =>
        Assert.Equal(["SloRollback:BackFill  \"off\" is a single value where keys belong: Enabled, Pause, Chunk"], Reading.Lines(Reading.With(("BackFill", "off"))));

    [Fact]
    public void Code_wins_over_files_member_by_member_and_is_checked_like_them()
    {
        var options = Reading.Code(
            builder => builder.WithBackFill(b => b with { Pause = Duration.FromSeconds(3) }).WithBackFill(b => b with { Chunk = b.Chunk * 2 }),
            """{ "SloRollback": { "BackFill": { "Pause": "2s", "Chunk": "2h" } } }""");
        Assert.Equal(new BackFillOptions { Pause = Duration.FromSeconds(3), Chunk = Duration.FromHours(4) }, options.BackFill);
        Assert.Contains(
            "SloRollback:BackFill:Pause  \"2h\" is outside its range, 0s to 1h",
            Reading.Lines(Reading.Code(builder => builder.WithBackFill(b => b with { Pause = Duration.FromHours(2) }))));
    }

    [Fact]
    public void A_later_file_overrides_what_it_writes()
    {
        var options = Reading.Json(
            """{ "SloRollback": { "BackFill": { "Pause": "2s", "Chunk": "2h" } } }""", """{ "SloRollback": { "BackFill": { "Chunk": "3h" } } }""");
        Assert.Equal((Duration.FromSeconds(2), Duration.FromHours(3)), (options.BackFill.Pause, options.BackFill.Chunk));
    }
}
