namespace SloRollback.Notifications;

/// <summary>What a notification is about.</summary>
public enum NotificationKind
{
    /// <summary>Something to know.</summary>
    Information,

    /// <summary>A rule's episode began.</summary>
    EpisodeBegan,

    /// <summary>A rule's episode ended.</summary>
    EpisodeEnded,

    /// <summary>A decision was taken, or changed.</summary>
    Decision,

    /// <summary>A rollback changed its state.</summary>
    Rollback,

    /// <summary>An objective cannot be judged.</summary>
    CannotSee,

    /// <summary>Quarantined content was deployed again: somebody's override.</summary>
    QuarantinedRedeployed,
}
