namespace SloRollback.Kubernetes.Watching;

/// <summary>What happened to an object that is watched.</summary>
internal enum WatchEventKind
{
    /// <summary>Nothing; the server tells how far it has come.</summary>
    Bookmark,

    /// <summary>It was made or changed.</summary>
    Changed,

    /// <summary>It is gone.</summary>
    Deleted,
}
