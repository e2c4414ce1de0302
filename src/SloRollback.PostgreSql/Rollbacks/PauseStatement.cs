using Npgsql;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Rollbacks;

/// <summary>
/// A change of the kill switch and its line of the audit log as one statement. It waits for the writes that hold the guard's row, and what it
/// sets is computed from the row as it is after the wait, so that changes at the same time add up.
/// </summary>
internal static class PauseStatement
{
    public static NpgsqlCommand Of(string schema, PauseRequest request)
    {
        var (s, values) = ($"\"{schema}\"", new SqlParameters());
        var scope = values.Add(SqlValue.Clean(request.Scope));
        var added = "";
        if (request.IsPause)
        {
            var pause = new Pause { Scope = request.Scope, By = request.By, Reason = request.Reason, At = request.At };
            added = $" union all select {scope}, {values.Add(JsonText.Write(pause, JsonText.Context.Pause))}";
        }

        var resumed = request is { IsPause: false, Scope: "" } ? $", resumed_at = {values.Add(SqlValue.TextOf(request.At))}" : "";
        return values.Command($$"""
            with changed as (
              update {{s}}.guard set changes = changes + 1{{resumed}}, (scopes, pauses) = (
                select coalesce(array_agg(scope), '{}'), coalesce(array_agg(pause), '{}')
                from (select scope, pause from unnest(scopes, pauses) as old (scope, pause) where scope <> {{scope}}{{added}}) as new)
              returning 1 as one)
            {{EntryRows.Insert(s, values, [JournalEntry.Of(request)], "changed")}}
            """);
    }
}
