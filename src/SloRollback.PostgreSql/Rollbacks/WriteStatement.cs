using System.Collections.Immutable;
using Npgsql;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Rollbacks;

/// <summary>
/// A write as one statement: compare-and-swap, and all that belongs to it only where that took place. The row of the guard is read as it is
/// when its lock is granted, not as it was when the statement began; a server set to look at one moment only refuses the lock instead.
/// </summary>
internal static class WriteStatement
{
    public static NpgsqlCommand Of(string schema, JournalWriteRequest request)
    {
        var (s, values) = ($"\"{schema}\"", new SqlParameters());
        var parts = new List<string>();
        var (isPaused, isFirst) = ("", "");
        var executions = request.Record is null ? null : request.Executions;
        if (request.Record is not null && (executions is not null || !request.UnlessPaused.IsEmpty))
            parts.Add($"guard as materialized (select scopes, pauses, executions from {s}.guard for {(executions is null ? "share" : "update")})");
        if (executions is { } expected)
            isFirst = $" and exists (select from guard where executions = {values.Add(expected)})";
        if (request.Record is not null && !request.UnlessPaused.IsEmpty)
        {
            isPaused = $"""
                 and exists (select from guard, unnest({values.Add(request.UnlessPaused.ToArray())}) as rule (key) where not exists (
                  select from unnest(guard.scopes) as scope where scope = '' or rule.key = scope or starts_with(rule.key, scope || '/')))
                """;
        }

        parts.Add(request.Record is { } record ? Swap(s, values, record, isPaused + isFirst) : "written as (select 1 as one)");
        if (executions is not null)
            parts.Add($"counted as (update {s}.guard set executions = executions + 1 where exists (select from written))");
        AddEvidence(parts, s, values, request);
        AddEntries(parts, s, values, request.Entries);
        AddOutbox(parts, s, values, request);

        var stored = request.Record is null ? "0" : $"coalesce((select version from {s}.rollbacks where id = {values.Add(request.Record.Id.Value)}), 0)";
        var pauses = isPaused.Length == 0 ? "'{}'::text[]" : "(select pauses from guard)";
        return values.Command($"with {string.Join(", ", parts)} select (select count(*) from written), {stored}, {pauses}, {KeepDurable}");
    }

    /// <summary>What the statement's row says.</summary>
    public static JournalWriteResult Answer(NpgsqlDataReader row, JournalWriteRequest request)
    {
        if (row.GetInt64(0) == 1)
            return new JournalWriteResult { Status = JournalWriteStatus.Written };

        // The stored version is as of the statement's beginning: where it fits and nothing is paused, another write was faster.
        var (stored, before) = (row.GetInt32(1), request.Record!.Version - 1);
        if (stored != before)
            return Conflict($"version {stored} is stored, version {before + 1} was to follow");

        var pauses = row.GetFieldValue<string[]>(2).Select(p => JsonText.Read("a pause", p, JsonText.Context.Pause)).ToList();
        return request.PausedBy(pauses) is { } pause
            ? new JournalWriteResult { Status = JournalWriteStatus.Paused, Detail = pause.ToString() }
            : Conflict($"somebody else wrote version {before + 1} at the same time, or another rollback has begun since it was decided");
    }

    // A server that is set to lose its last transactions in a crash keeps ours.
    private const string KeepDurable = "(select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off')";

    private static JournalWriteResult Conflict(string detail) => new() { Status = JournalWriteStatus.Conflict, Detail = detail };

    private static string Swap(string s, SqlParameters values, RollbackRecord record, string onlyIf)
    {
        var id = values.Add(record.Id.Value);
        var version = values.Add(record.Version);
        var state = values.Add(record.State.ToString());
        var isFinal = values.Add(record.IsFinal);
        var target = values.Add(SqlValue.Clean(record.Target.ToString()));
        var proposed = values.Add(SqlValue.TimeOf(record.ProposedAt));
        var payload = values.Add(JsonText.Write(record, JsonText.Context.RollbackRecord));
        return record.Version == 1
            ? $"""
                written as (
                  insert into {s}.rollbacks (id, version, state, is_final, target, proposed_at, payload)
                  select {id}, {version}, {state}, {isFinal}, {target}, {proposed}, {payload} where true{onlyIf}
                  on conflict (id) do nothing returning 1 as one)
                """
            : $"""
                written as (
                  update {s}.rollbacks set version = {version}, state = {state}, is_final = {isFinal}, target = {target},
                    proposed_at = {proposed}, payload = {payload}, written_at = now()
                  where id = {id} and version = {version} - 1{onlyIf} returning 1 as one)
                """;
    }

    // Each id once, since one statement cannot write a row twice; in order, so that two writers never wait for one another.
    private static void AddEvidence(List<string> parts, string s, SqlParameters values, JournalWriteRequest request)
    {
        if (request.Evidence.IsEmpty)
            return;

        var last = request.Evidence.GroupBy(d => SqlValue.Clean(d.Id), (id, same) => (Id: id, Document: same.Last())).OrderBy(d => d.Id, StringComparer.Ordinal).ToArray();
        var id = values.Add(last.Select(d => d.Id).ToArray());
        var at = values.Add(last.Select(d => SqlValue.TimeOf(d.Document.At)).ToArray());
        var exact = values.Add(last.Select(d => SqlValue.TextOf(d.Document.At)).ToArray());
        var json = values.Add(last.Select(d => SqlValue.Clean(d.Document.Json)).ToArray());
        var own = values.Add(SqlValue.Clean(request.Record?.EvidenceId ?? ""));
        parts.Add($"""
            evidence_written as (
              insert into {s}.evidence (id, at, exact_at, json) select given.* from written, unnest({id}, {at}, {exact}, {json}) as given
              on conflict (id) do update set at = excluded.at, exact_at = excluded.exact_at, json = excluded.json where evidence.id = {own})
            """);
    }

    private static void AddEntries(List<string> parts, string s, SqlParameters values, ImmutableArray<JournalEntry> entries)
    {
        if (!entries.IsEmpty)
            parts.Add($"entries_written as ({EntryRows.Insert(s, values, entries, "written")})");
    }

    private static void AddOutbox(List<string> parts, string s, SqlParameters values, JournalWriteRequest request)
    {
        // What is delivered already, says the same request, need not be kept at all.
        var delivered = request.Delivered.Select(SqlValue.Clean).ToHashSet();
        var messages = request.Outbox.Select(m => (Key: SqlValue.Clean(m.Key), Message: m)).Where(m => !delivered.Contains(m.Key)).ToArray();
        if (messages.Length > 0)
        {
            var key = values.Add(messages.Select(m => m.Key).ToArray());
            var payload = values.Add(messages.Select(m => JsonText.Write(m.Message, JsonText.Context.OutboxMessage)).ToArray());
            parts.Add($"""
                outbox_written as (
                  insert into {s}.outbox (key, payload)
                  select given.key, given.payload from written, unnest({key}, {payload}) with ordinality as given (key, payload, place) order by given.place
                  on conflict (key) do nothing)
                """);
        }

        if (delivered.Count > 0)
            parts.Add($"outbox_delivered as (delete from {s}.outbox where key = any({values.Add(delivered.Order(StringComparer.Ordinal).ToArray())}) and exists (select from written))");
    }
}
