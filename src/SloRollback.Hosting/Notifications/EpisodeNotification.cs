using SloRollback.Notifications;
using SloRollback.Policies;

namespace SloRollback.Hosting.Notifications;

/// <summary>Says that an episode began or ended.</summary>
internal static class EpisodeNotification
{
    public static Notification Of(Episode episode) => new()
    {
        Key = $"{episode.Rule}|{episode.Deployment}|{episode.Onset}|{episode.End}",
        Kind = episode.EndedAt is null ? NotificationKind.EpisodeBegan : NotificationKind.EpisodeEnded,
        Service = episode.Rule.Objective.Service,
        At = episode.EndedAt ?? episode.Onset,
        Text = episode.EndedAt is null
            ? $"{episode.Rule}: breached since {episode.Onset}; errors began {episode.ErrorsBegan}."
            : $"{episode.Rule}: {(episode.End == EpisodeEnd.Lost ? "lost sight" : "recovered")} at {episode.EndedAt}.",
    };
}
