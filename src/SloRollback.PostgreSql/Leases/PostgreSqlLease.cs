using Npgsql;
using SloRollback.Leases;
using SloRollback.PostgreSql.Storage;

namespace SloRollback.PostgreSql.Leases;

/// <summary>
/// The lease as a row that is compared and swapped. It expires by the server's clock alone, which all replicas share; the wall clocks of
/// replicas play no part.
/// </summary>
internal sealed class PostgreSqlLease(PostgreSqlDatabase database) : IEvaluationLease
{
    public Task<LeaseResult> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken) =>
        CallAsync(request, Acquire(request), cancellationToken);

    public Task<LeaseResult> ReleaseAsync(LeaseRequest request, CancellationToken cancellationToken) =>
        CallAsync(request, Release(request), cancellationToken);

    // Both steps may be done twice: they are idempotent for their holder.
    private Task<LeaseResult> CallAsync(LeaseRequest request, Func<NpgsqlBatchCommand> change, CancellationToken cancellationToken) => database.CallAsync(
        async (connection, token) =>
        {
            using var batch = new NpgsqlBatch(connection) { BatchCommands = { change(), Standing() } };
            var holder = await batch.ExecuteScalarAsync(token).ConfigureAwait(false) as string;
            return new LeaseResult { Status = holder == request.Holder ? LeaseStatus.Held : LeaseStatus.NotHeld, Holder = holder };
        },
        why => new LeaseResult { Detail = why },
        cancellationToken,
        isRepeatable: true);

    // The moment of the statement, not of the transaction: it may have waited for another's.
    private Func<NpgsqlBatchCommand> Acquire(LeaseRequest request) => () => new($"""
        insert into {Table} as lease (name, holder, acquired_at, expires_at) values ($1, $2, clock_timestamp(), clock_timestamp() + $3)
        on conflict (name) do update set
          holder = excluded.holder,
          expires_at = excluded.expires_at,
          acquired_at = case when lease.holder = excluded.holder then lease.acquired_at else excluded.acquired_at end
        where lease.holder = excluded.holder or lease.expires_at <= clock_timestamp()
        """)
    {
        Parameters = { new() { Value = Name }, new() { Value = request.Holder }, new() { Value = request.Duration.ToTimeSpan() } },
    };

    private Func<NpgsqlBatchCommand> Release(LeaseRequest request) => () => new($"delete from {Table} where name = $1 and holder = $2")
    {
        Parameters = { new() { Value = Name }, new() { Value = request.Holder } },
    };

    private NpgsqlBatchCommand Standing() => new($"select holder from {Table} where name = $1 and expires_at > clock_timestamp()")
    {
        Parameters = { new() { Value = Name } },
    };

    private string Table => $"\"{database.Schema}\".leases";

    private string Name => database.Options.LeaseName;
}
