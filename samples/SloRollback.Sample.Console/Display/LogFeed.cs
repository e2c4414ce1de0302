using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SloRollback.Sample.Scenarios;

namespace SloRollback.Sample.Display;

/// <summary>
/// Brings the log to the display instead of the console, where it would tear the picture: what SloRollback says from information
/// on, and everybody's warnings.
/// </summary>
internal sealed class LogFeed(Story story) : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> lines = new();

    public ILogger CreateLogger(string categoryName)
    {
        var isOurs = categoryName.StartsWith("SloRollback.", StringComparison.Ordinal);
        return new Logger(this, categoryName, isOurs ? LogLevel.Information : LogLevel.Warning);
    }

    /// <summary>Takes the oldest line that nobody has taken.</summary>
    public bool TryTake(out LogLine line) => lines.TryDequeue(out line);

    public void Dispose()
    {
        // Holds nothing that has to be given back.
    }

    private sealed class Logger(LogFeed feed, string category, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;

            var text = formatter(state, exception).ReplaceLineEndings(" ");
            if (exception is not null) text += $" ({exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")})";
            feed.lines.Enqueue(new LogLine(feed.story.Elapsed, logLevel, $"{category}[{eventId.Id}]", text));
        }
    }

    private readonly Story story = story;
}

/// <summary>One line of the log.</summary>
internal readonly record struct LogLine(TimeSpan At, LogLevel Level, string Source, string Text)
{
    public string LevelName => Level switch
    {
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        LogLevel.Critical => "crit",
        _ => "dbug",
    };
}
