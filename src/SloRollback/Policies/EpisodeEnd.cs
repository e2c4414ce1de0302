namespace SloRollback.Policies;

/// <summary>How an episode ended.</summary>
public enum EpisodeEnd
{
    /// <summary>It goes on.</summary>
    Open,

    /// <summary>The condition was no longer breached.</summary>
    Recovered,

    /// <summary>There was no verdict for a whole long look-back.</summary>
    Lost,
}
