using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SloRollback.Hosting.Evaluation;
using SloRollback.Notifications;
using SloRollback.Services;

namespace SloRollback.Hosting.Notifications;

/// <summary>Sends notifications to the notifiers that a rule names. One that fails never holds up another, nor a decision.</summary>
internal sealed partial class NotificationDispatcher(
    IOptions<SloRollbackOptions> options, IServiceProvider services, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Notifications");

    /// <summary>Sends to the notifiers of some rules, each notifier once.</summary>
    public Task SendAsync(IEnumerable<RuleKey> rules, Notification notification, CancellationToken cancellationToken)
    {
        var keys = rules.ToHashSet();
        var names =
            from service in options.Value.Services
            from objective in service.Objectives
            from rule in objective.Rules
            where keys.Contains(new RuleKey(new ObjectiveKey(service.Id, objective.Id), rule.Id))
            from name in rule.Notify
            select name;
        return SendAsync(names, notification, cancellationToken);
    }

    /// <summary>Sends to all notifiers of a service's rules, each once.</summary>
    public Task SendToServiceAsync(Notification notification, ImmutableArray<MonitoredService> monitored, CancellationToken cancellationToken) => SendAsync(
        monitored.Where(s => s.Id == notification.Service).SelectMany(s => s.Objectives).SelectMany(o => o.Rules).SelectMany(r => r.Notify),
        notification,
        cancellationToken);

    private Task SendAsync(IEnumerable<string> names, Notification notification, CancellationToken cancellationToken) =>
        Task.WhenAll(names.Distinct().Select(name => SendAsync(name, notification, cancellationToken)));

    private async Task SendAsync(string name, Notification notification, CancellationToken cancellationToken)
    {
        using var limit = new Deadline(Timeout, time, cancellationToken);
        try
        {
            var result = await services.GetRequiredKeyedService<INotifier>(name).NotifyAsync(notification, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            if (!result.IsDelivered)
                NotDelivered(logger, null, name, notification.Key, result.Detail);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            NotDelivered(logger, e, name, notification.Key, "");
        }
    }

    [LoggerMessage(5002, LogLevel.Error, "Notifier {Name} did not deliver {Key}: {Detail}")]
    private static partial void NotDelivered(ILogger logger, Exception? exception, string name, string key, string detail);
}
