using SloRollback.Sample.CommandLine;
using SloRollback.Sample.Scenarios;
using Spectre.Console;

namespace SloRollback.Sample.Display;

/// <summary>What is left on the screen: the story in a few lines, the picture of the budget, the evidence, and the last line.</summary>
internal sealed class Ending(SampleOptions options, Story story)
{
    private const int TimeWidth = 7;

    public void Print(Outcome outcome)
    {
        var width = Console.IsOutputRedirected ? 100 : Math.Clamp(AnsiConsole.Profile.Width, 40, 100);
        Console.WriteLine();
        foreach (var moment in story.Moments)
        {
            foreach (var line in Wrapping.Wrap($"{Figures.Seconds(moment.At),5}  {moment.Text}", width - 1, TimeWidth))
                Console.WriteLine(line);
        }

        Console.WriteLine();
        if (story.Samples.Length > 1)
        {
            Console.WriteLine($"Error budget left of {CheckoutObjective.Period.TotalMinutes:0} minutes at {CheckoutObjective.Target} %:");
            foreach (var line in BurnDownChart.Draw(story.Samples, story.Moments.Where(m => m.Label.Length > 0), story.Elapsed, width - 2))
                Console.WriteLine(line);
            Console.WriteLine();
        }

        if (outcome.Advice is { } advice) Console.WriteLine(advice);
        foreach (var document in Evidence()) Console.WriteLine($"Evidence: {document}");
        Console.WriteLine(outcome.LastLine);
    }

    // A decision that is taken anew and says the same is not written down again: its id names no document.
    private IEnumerable<string> Evidence() =>
        story.Evidence.Select(id => Path.Combine(options.EvidenceDirectory, $"{id}.json")).Where(File.Exists);
}
