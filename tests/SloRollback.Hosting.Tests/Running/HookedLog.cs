using Microsoft.Extensions.Logging;

namespace SloRollback.Hosting.Tests.Running;

internal sealed class HookedLog(int id, Action<string> then) : ILoggerProvider, ILogger
{
    public int Hits { get; private set; }

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id != id) return;
        Hits++;
        then(formatter(state, exception));
    }
}
