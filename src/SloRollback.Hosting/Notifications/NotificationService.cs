using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SloRollback.Hosting.Evaluation;
using SloRollback.Notifications;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Notifications;

/// <summary>
/// Sends what waits, in order. A notifier that fails transiently is tried again a few times, and, where the journal keeps what is to be sent, again
/// with every look at it, for a day; one that is slow holds up the notifications behind it, but no decision.
/// </summary>
internal sealed partial class NotificationService(
    NotificationDispatcher dispatcher, IRollbackJournal journal, IServiceProvider services, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private const int Attempts = 4;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private const int MostTold = 1000;
    private readonly HashSet<string> told = [];
    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Notifications");

    /// <summary>Sends the rest of what waits before the host ends, each once, while the host gives time.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        while (!cancellationToken.IsCancellationRequested && dispatcher.Queue.TryRead(out var last))
        {
            if (await TrySendAsync(last, attempt: Attempts, cancellationToken).ConfigureAwait(false))
                dispatcher.Done(last);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var next in dispatcher.Queue.ReadAllAsync(stoppingToken).ConfigureAwait(false))
                await SendAsync(next, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host ends; what still waits is sent by StopAsync.
        }
    }

    internal async Task SendAsync(OutboxMessage next, CancellationToken cancellationToken)
    {
        // What has failed before has one attempt each time: a notifier that is broken must not hold up the others.
        var pause = FirstPause;
        for (var attempt = told.Contains(next.Key) ? Attempts : 1; attempt <= Attempts; attempt++)
        {
            if (await TrySendAsync(next, attempt, cancellationToken).ConfigureAwait(false))
            {
                dispatcher.Done(next);
                return;
            }

            if (attempt < Attempts)
            {
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
                pause *= 4;
            }
        }

        if (journal.IsDurable)
            dispatcher.Later(next);
        else
            dispatcher.Done(next);
    }

    // True when there is nothing left to try.
    private async Task<bool> TrySendAsync(OutboxMessage next, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = new Deadline(Timeout, time, cancellationToken);
            var result = await services.GetRequiredKeyedService<INotifier>(next.Notifier).NotifyAsync(next.Notification, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            if (result is { IsDelivered: true })
                return true;
            if (attempt == Attempts || result is not { IsTransient: true })
                Tell(next, null, result?.Detail ?? "it answered nothing");
            return result is not { IsTransient: true };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (attempt == Attempts)
                Tell(next, e, "");
            return false;
        }
    }

    // Once for each message, however often it is tried.
    private void Tell(OutboxMessage message, Exception? exception, string detail)
    {
        if (told.Count >= MostTold)
            told.Clear();
        if (told.Add(message.Key))
            NotDelivered(logger, exception, message.Notifier, message.Notification.Key, detail);
    }

    [LoggerMessage(5002, LogLevel.Error, "Notifier {Name} did not deliver {Key}: {Detail}")]
    private static partial void NotDelivered(ILogger logger, Exception? exception, string name, string key, string detail);
}
