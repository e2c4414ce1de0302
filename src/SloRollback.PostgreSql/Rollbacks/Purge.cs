using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;
using SloRollback.PostgreSql.Storage;

namespace SloRollback.PostgreSql.Rollbacks;

/// <summary>
/// Removes what is older than the retention, once an hour. That it fails keeps nobody from deciding: it is told. The earlier of the
/// server's and our clock counts, since one that is ahead must not empty the journal.
/// </summary>
internal sealed class Purge(PostgreSqlDatabase database, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    private long next = long.MinValue;

    public async Task RunWhenDueAsync(CancellationToken cancellationToken)
    {
        var (now, due) = (time.GetTimestamp(), Volatile.Read(ref next));
        var after = now + (long)(Period.TotalSeconds * time.TimestampFrequency);
        if (now < due || Interlocked.CompareExchange(ref next, after, due) != due)
            return;

        if (await database.CallAsync(RunAsync, why => why, cancellationToken).ConfigureAwait(false) is { } problem)
            JournalLog.NotPurged(logger, problem);
    }

    private async Task<string?> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Old = "< least(now(), $1) - $2";
        var s = $"\"{database.Schema}\"";
        using var command = new NpgsqlCommand(
            $"""
            with finished as (delete from {s}.rollbacks where is_final and proposed_at {Old}),
              documents as (delete from {s}.evidence where at {Old}),
              messages as (delete from {s}.outbox where written_at {Old})
            delete from {s}.entries where at {Old}
            """,
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter<DateTime> { TypedValue = SqlValue.TimeOf(Instant.FromDateTimeOffset(time.GetUtcNow())) },
                new NpgsqlParameter<TimeSpan> { TypedValue = database.Options.Retention },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }
}
