namespace SloRollback.Hosting.Evaluation;

/// <summary>Holds the latest status, and how the last evaluation went.</summary>
internal sealed class StatusMonitor : ISloRollbackMonitor
{
    private volatile EngineStatus current = new();
    private volatile Exception? failure;
    private volatile IReadOnlyList<string> blind = [];

    public EngineStatus Current
    {
        get => current;
        set => current = value;
    }

    /// <summary>What keeps decisions unknown although the objectives are measured.</summary>
    public IReadOnlyList<string> Blind
    {
        get => blind;
        set => blind = value;
    }

    /// <summary>Why the last evaluation failed; <see langword="null"/> when it did not.</summary>
    public Exception? Failure
    {
        get => failure;
        set => failure = value;
    }
}
