using NodaTime.Text;
using SloRollback.Rollbacks;
using SloRollback.Sqlite.Storage;

namespace SloRollback.Sqlite.Rollbacks;

/// <summary>A write: compare-and-swap, and all that belongs to it only where that took place.</summary>
internal sealed class JournalWrite(JournalWriteRequest request)
{
    private readonly string? record = request.Record is { } next ? JsonText.Write(next, JsonText.Context.RollbackRecord) : null;
    private readonly string[] entries = [.. request.Entries.Select(e => JsonText.Write(e, JsonText.Context.JournalEntry))];
    private readonly string[] messages = [.. request.Outbox.Select(m => JsonText.Write(m, JsonText.Context.OutboxMessage))];

    /// <summary>Turns the kill switch, and says so in the audit log.</summary>
    public static JournalWriteResult SetPause(WriteSession session, PauseRequest request)
    {
        if (request.IsPause)
        {
            var pause = new Pause { Scope = request.Scope, By = request.By, Reason = request.Reason, At = request.At };
            session.Execute("insert or replace into pauses (scope, payload) values ($1, $2)", request.Scope, JsonText.Write(pause, JsonText.Context.Pause));
        }
        else
        {
            session.Execute("delete from pauses where scope = $1", request.Scope);
            if (request.Scope.Length == 0)
                session.Execute("update guard set resumed_at = $1", InstantPattern.ExtendedIso.Format(request.At));
        }

        var entry = JournalEntry.Of(request);
        Add(session, entry, JsonText.Write(entry, JsonText.Context.JournalEntry));
        return new JournalWriteResult { Status = JournalWriteStatus.Written };
    }

    /// <summary>Runs inside the writer's transaction. Nothing is written before all that could refuse it has been asked.</summary>
    public JournalWriteResult Run(WriteSession session)
    {
        if (request.Record is { } next && Refusal(session, next) is { } refusal)
            return refusal;

        if (request.Record is { } swapped)
        {
            session.Execute(
                "insert or replace into rollbacks (id, version, state, is_final, target, proposed_at, payload) values ($1, $2, $3, $4, $5, $6, $7)",
                swapped.Id.Value, swapped.Version, swapped.State.ToString(), swapped.IsFinal ? 1 : 0, swapped.Target.ToString(), swapped.ProposedAt.ToUnixTimeTicks(), record);
            if (request.Executions is not null)
                session.Execute("update guard set executions = executions + 1");
        }

        foreach (var document in request.Evidence)
        {
            session.Execute(
                document.Id == request.Record?.EvidenceId
                    ? "insert or replace into evidence (id, at, exact_at, json) values ($1, $2, $3, $4)"
                    : "insert or ignore into evidence (id, at, exact_at, json) values ($1, $2, $3, $4)",
                document.Id, document.At.ToUnixTimeTicks(), InstantPattern.ExtendedIso.Format(document.At), document.Json);
        }

        for (var i = 0; i < entries.Length; i++)
            Add(session, request.Entries[i], entries[i]);
        for (var i = 0; i < messages.Length; i++)
            session.Execute("insert or ignore into outbox (key, payload) values ($1, $2)", request.Outbox[i].Key, messages[i]);
        foreach (var key in request.Delivered)
            session.Execute("delete from outbox where key = $1", key);
        return new JournalWriteResult { Status = JournalWriteStatus.Written };
    }

    private static void Add(WriteSession session, JournalEntry entry, string payload) => session.Execute(
        "insert into entries (at, service, subject, payload) values ($1, $2, $3, $4)", entry.At.ToUnixTimeTicks(), entry.Service, entry.Subject, payload);

    private JournalWriteResult? Refusal(WriteSession session, RollbackRecord next)
    {
        var stored = (int)(long)(session.Scalar("select version from rollbacks where id = $1", next.Id.Value) ?? 0L);
        if (stored != next.Version - 1)
            return new JournalWriteResult { Status = JournalWriteStatus.Conflict, Detail = $"version {stored} is stored, version {next.Version} was to follow" };
        if (request.Executions is { } expected && (long)session.Scalar("select executions from guard")! is var executions && executions != expected)
            return new JournalWriteResult { Status = JournalWriteStatus.Conflict, Detail = $"{executions} rollbacks have begun, {expected} when it was decided" };
        if (request.UnlessPaused.IsEmpty)
            return null;

        var pauses = session.Texts("select payload from pauses").ConvertAll(p => JsonText.Read("a pause", p, JsonText.Context.Pause));
        return request.PausedBy(pauses) is { } pause ? new JournalWriteResult { Status = JournalWriteStatus.Paused, Detail = pause.ToString() } : null;
    }
}
