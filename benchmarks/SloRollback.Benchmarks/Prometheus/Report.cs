namespace SloRollback.Benchmarks.Prometheus;

/// <summary>Where the tables go (standard output), and where it is told what goes on (standard error).</summary>
internal sealed class Report(string directory)
{
    private readonly List<string> notes = [];
    private readonly long began = System.Diagnostics.Stopwatch.GetTimestamp();

    /// <summary>For files that are needed on the way.</summary>
    public string Directory => directory;

    public static string Verdict(bool isKept, string bar) => isKept ? bar : $"{bar}, **missed**";

    public void Head(string text) => Line($"\n{text}\n");

    public void Line(string text = "") => Console.WriteLine(text);

    public void Progress(string text) => Console.Error.WriteLine($"{System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalSeconds,5:0} s: {text}");

    /// <summary>Something that bears on the numbers, for the end.</summary>
    public void Note(string text)
    {
        notes.Add(text);
        Progress(text);
    }

    public void End()
    {
        Line();
        foreach (var note in notes)
            Line($"- {note}");
        Progress("done");
    }
}
