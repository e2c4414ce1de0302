using System.Threading.Channels;
using Microsoft.Extensions.Options;
using SloRollback.Notifications;
using SloRollback.Services;

namespace SloRollback.Hosting.Notifications;

/// <summary>Takes notifications for the notifiers that rules name, and returns at once: no notifier ever holds up a decision.</summary>
internal sealed class NotificationDispatcher(IOptions<SloRollbackOptions> options)
{
    private readonly Channel<Addressed> queue = Channel.CreateUnbounded<Addressed>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>What waits to be sent, in order.</summary>
    public ChannelReader<Addressed> Queue => queue.Reader;

    /// <summary>Sends to the notifiers of some rules, each notifier once.</summary>
    public void Send(IEnumerable<RuleKey> rules, Notification notification)
    {
        var keys = rules.ToHashSet();
        Send(notification, keys.Contains);
    }

    /// <summary>Sends to all notifiers of a service's rules, each once.</summary>
    public void SendToService(Notification notification) => Send(notification, key => key.Objective.Service == notification.Service);

    private void Send(Notification notification, Func<RuleKey, bool> isMeant)
    {
        var names =
            from service in options.Value.Services
            from objective in service.Objectives
            from rule in objective.Rules
            where isMeant(new RuleKey(new ObjectiveKey(service.Id, objective.Id), rule.Id))
            from name in rule.Notify
            select name;
        foreach (var name in names.Distinct())
            queue.Writer.TryWrite(new Addressed(name, notification));
    }

    /// <summary>A notification and the notifier that is to send it.</summary>
    internal sealed record Addressed(string Notifier, Notification Notification);
}
