using SloRollback.Sample.CommandLine;
using Spectre.Console;

namespace SloRollback.Sample.Display;

/// <summary>Chooses the display that the terminal can show.</summary>
internal static class Terminal
{
    public static IDisplay Choose(SampleOptions options, LogFeed log, TimeProvider time)
    {
        var isDumb = Environment.GetEnvironmentVariable("TERM") is "dumb";
        return options.Plain || isDumb || Console.IsOutputRedirected
            ? new PlainDisplay(Console.Out, log, time)
            : new LiveDisplay(AnsiConsole.Create(new AnsiConsoleSettings()), log, time);
    }
}
