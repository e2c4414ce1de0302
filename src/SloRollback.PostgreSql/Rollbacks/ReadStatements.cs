using NodaTime;
using Npgsql;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Rollbacks;

/// <summary>The journal's questions. Each is made anew for a repetition.</summary>
internal static class ReadStatements
{
    /// <summary>Rows of <see cref="Guards"/>: when the journal began and was last resumed; a pause; else a record.</summary>
    public const int GuardPart = 0, PausePart = 1;

    /// <summary>All that a decision needs, in one statement: as of one moment.</summary>
    public static Func<NpgsqlCommand> Guards(string schema, Instant since) => () => Command(
        $"""
        with guard as materialized (select began, resumed_at, pauses, executions from "{schema}".guard)
        select {GuardPart}, began, resumed_at, executions from guard
        union all select {PausePart}, null, pause, 0 from guard, unnest(pauses) as pause
        union all select {PausePart + 1}, id, payload, 0 from "{schema}".rollbacks where not is_final or proposed_at >= $1
        """,
        new NpgsqlParameter<DateTime> { TypedValue = SqlValue.TimeOf(since) });

    public static Func<NpgsqlCommand> List(string schema, JournalListRequest request) => () =>
    {
        var values = new SqlParameters();
        var before = request.Before is { } sequence ? $" and sequence < {values.Add(sequence)}" : "";
        var service = request.Service.Length > 0 ? $" and service = {values.Add(SqlValue.Clean(request.Service))}" : "";
        var subject = request.Subject.Length > 0 ? $" and subject = {values.Add(SqlValue.Clean(request.Subject))}" : "";
        return values.Command(
            $"select sequence, 'entry ' || sequence, payload from \"{schema}\".entries where true{before}{service}{subject} order by sequence desc limit {values.Add(request.Limit)}");
    };

    public static Func<NpgsqlCommand> Evidence(string schema, string id) => () =>
        Command($"select 0::bigint, exact_at, json from \"{schema}\".evidence where id = $1", new NpgsqlParameter<string> { TypedValue = SqlValue.Clean(id) });

    public static Func<NpgsqlCommand> Outbox(string schema) => () =>
        Command($"select number, key, payload from \"{schema}\".outbox order by number limit 1000");

    private static NpgsqlCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }
}
