using Microsoft.Extensions.Logging;
using SloRollback.Sqlite.Storage;

namespace SloRollback.Sqlite.Rollbacks;

/// <summary>Removes what is older than the retention, once an hour. Open rollbacks stay, however old.</summary>
internal sealed class Purge(SqliteFile file, WriteQueue queue, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    private long next = long.MinValue;

    public async Task RunWhenDueAsync(CancellationToken cancellationToken)
    {
        var (due, now) = (Volatile.Read(ref next), time.GetTimestamp());
        if (now < due || Interlocked.CompareExchange(ref next, now + (long)(Period.TotalSeconds * time.TimestampFrequency), due) != due)
            return;

        var before = NodaTime.Instant.FromDateTimeOffset(time.GetUtcNow() - file.Options.Retention).ToUnixTimeTicks();
        var problem = await queue.RunAsync<string?>(
            session =>
            {
                session.Execute("delete from rollbacks where is_final = 1 and proposed_at < $1", before);
                session.Execute("delete from evidence where at < $1", before);

                // A service that is quiet for long keeps its lines in order all the same: they are removed by age, and numbers are never given twice.
                session.Execute("delete from entries where at < $1", before);
                return null;
            },
            why => why,
            cancellationToken).ConfigureAwait(false);
        if (problem is not null)
            JournalLog.NotPurged(logger, problem);
    }
}
