using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SloRollback.PostgreSql.Storage;

/// <summary>
/// Opens the database before the engine begins, and says what came of it. A server that is down does not keep the host from starting:
/// nothing is rolled back until it is there, and every call tries again.
/// </summary>
internal sealed class OpeningService(PostgreSqlDatabase database, ILoggerFactory loggers) : IHostedLifecycleService
{
    private readonly ILogger logger = loggers.CreateLogger(JournalLog.Category);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var problem = await database.CallAsync((_, _) => Task.FromResult<string?>(null), why => why, cancellationToken).ConfigureAwait(false);
        if (problem is null)
            JournalLog.Opened(logger, database.Where, database.Schema);
        else
            JournalLog.NotOpened(logger, problem);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
