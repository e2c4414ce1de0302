using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>Keeps what was logged.</summary>
internal sealed class RecordingLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(int Id, LogLevel Level, string Category, string Text)> entries = new();

    public IReadOnlyCollection<(int Id, LogLevel Level, string Category, string Text)> Entries => entries;

    public int Count(int id) => entries.Count(e => e.Id == id);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(RecordingLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.entries.Enqueue((eventId.Id, logLevel, category, formatter(state, exception)));
    }
}
