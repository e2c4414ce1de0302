namespace SloRollback.Hosting.Evaluation;

/// <summary>Shows what the engine knows, for dashboards and displays. Registered as a singleton.</summary>
public interface ISloRollbackMonitor
{
    /// <summary>The state after the last evaluation; a new object after each.</summary>
    EngineStatus Current { get; }
}
