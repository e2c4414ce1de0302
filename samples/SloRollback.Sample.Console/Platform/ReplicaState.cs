namespace SloRollback.Sample.Platform;

/// <summary>What a replica does.</summary>
internal enum ReplicaState
{
    Stopped,
    Starting,
    Serving,
    Draining,
}
