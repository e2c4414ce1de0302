namespace SloRollback.Simulation.Tests.World;

/// <summary>What happened, line by line; kept only when somebody wants to read it.</summary>
internal sealed class Trace(Timeline timeline, bool isKept)
{
    private readonly List<string> lines = [];

    public IReadOnlyList<string> Lines => lines;

    public void Add(Func<string> line)
    {
        if (isKept)
            lines.Add($"{timeline.Now:HH:mm:ss.fff} {line()}");
    }
}
