using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using SloRollback.Notifications;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Hosting.Notifications;

/// <summary>Takes notifications for the notifiers that rules name, and returns at once: no notifier ever holds up a decision.</summary>
internal sealed class NotificationDispatcher(IOptions<SloRollbackOptions> options)
{
    private readonly Channel<OutboxMessage> queue = Channel.CreateUnbounded<OutboxMessage>(new UnboundedChannelOptions { SingleReader = true });

    // Delivered messages are taken out of the journal's outbox from time to time; with a journal that has none nobody asks.
    private const int Most = 10_000;
    private readonly ConcurrentQueue<string> done = new();
    private readonly ConcurrentDictionary<string, bool> waiting = new();

    /// <summary>What waits to be sent, in order.</summary>
    public ChannelReader<OutboxMessage> Queue => queue.Reader;

    /// <summary>The messages for the notifiers of some rules, each notifier once.</summary>
    public IEnumerable<OutboxMessage> Address(IEnumerable<RuleKey> rules, Notification notification)
    {
        var keys = rules.ToHashSet();
        return Address(notification, keys.Contains);
    }

    /// <summary>Sends to the notifiers of some rules, each notifier once.</summary>
    public void Send(IEnumerable<RuleKey> rules, Notification notification)
    {
        foreach (var message in Address(rules, notification))
            Enqueue(message);
    }

    /// <summary>Sends to all notifiers of a service's rules, each once.</summary>
    public void SendToService(Notification notification)
    {
        foreach (var message in Address(notification, key => key.Objective.Service == notification.Service))
            Enqueue(message);
    }

    /// <summary>Has a message sent, unless it waits already.</summary>
    public void Enqueue(OutboxMessage message)
    {
        if (waiting.TryAdd(message.Key, true))
            queue.Writer.TryWrite(message);
    }

    /// <summary>Takes note that a message was delivered, or given up.</summary>
    public void Done(OutboxMessage message)
    {
        waiting.TryRemove(message.Key, out _);
        done.Enqueue(message.Key);
        while (done.Count > Most && done.TryDequeue(out _)) { }
    }

    /// <summary>Takes note that a message could not be delivered now: what a durable journal has of it is sent later.</summary>
    public void Later(OutboxMessage message) => waiting.TryRemove(message.Key, out _);

    /// <summary>Gives back keys that could not be taken out of the outbox.</summary>
    public void PutBack(IEnumerable<string> keys)
    {
        foreach (var key in keys)
            done.Enqueue(key);
    }

    /// <summary>Takes the keys of what was delivered since the last call.</summary>
    public IEnumerable<string> TakeDone()
    {
        while (done.TryDequeue(out var key))
            yield return key;
    }

    private IEnumerable<OutboxMessage> Address(Notification notification, Func<RuleKey, bool> isMeant)
    {
        var names =
            from service in options.Value.Services
            from objective in service.Objectives
            from rule in objective.Rules
            where isMeant(new RuleKey(new ObjectiveKey(service.Id, objective.Id), rule.Id))
            from name in rule.Notify
            select name;
        return names.Distinct().Select(name => new OutboxMessage { Notifier = name, Notification = notification });
    }
}
