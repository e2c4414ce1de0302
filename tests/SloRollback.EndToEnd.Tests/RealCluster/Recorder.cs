using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SloRollback.Notifications;

namespace SloRollback.EndToEnd.Tests.RealCluster;

/// <summary>Keeps all that a host says: logs at the finest level with their values, notifications, and the tags of traces.</summary>
internal sealed class Recorder : ILoggerProvider, ILogger, INotifier
{
    private readonly ActivityListener listener;

    public Recorder()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a => Traces.Enqueue($"{a.DisplayName} {a.StatusDescription} {string.Join(' ', a.TagObjects.Select(t => $"{t.Key}={t.Value}"))} {string.Join(' ', a.Events.SelectMany(e => e.Tags).Select(t => t.Value))}"),
        };
        ActivitySource.AddActivityListener(listener);
    }

    public ConcurrentQueue<(int Id, string Text)> Lines { get; } = new();

    public ConcurrentQueue<string> Notifications { get; } = new();

    public ConcurrentQueue<string> Traces { get; } = new();

    /// <summary>All of it.</summary>
    public IEnumerable<string> All => [.. Lines.Select(l => l.Text), .. Notifications, .. Traces];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        Lines.Enqueue((0, $"{state}"));
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(p => $"{p.Key}={p.Value}")) : "";
        Lines.Enqueue((eventId.Id, $"{eventId.Id} {formatter(state, exception)} {values} {exception}"));
    }

    public Task<NotificationResult> NotifyAsync(Notification notification, CancellationToken cancellationToken)
    {
        Notifications.Enqueue($"{notification}");
        return Task.FromResult(new NotificationResult { IsDelivered = true });
    }

    public void Dispose() => listener.Dispose();
}
