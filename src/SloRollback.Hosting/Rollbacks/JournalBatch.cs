using Microsoft.Extensions.Logging;
using SloRollback.Hosting.Notifications;
using SloRollback.Notifications;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>
/// Collects evidence, lines of the audit log and notifications until the next write of a rollback takes them along, so that a decision and its
/// rollback cost no writes of their own. What a journal did not take waits for the next write, bounded; people are told all the same.
/// Used by the one thread that evaluates.
/// </summary>
internal sealed class JournalBatch(IRollbackJournal journal, JournalWriter writer, NotificationDispatcher notifications, ILoggerFactory loggers)
{
    private const int Most = 1000;

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Journal");
    private readonly Dictionary<string, EvidenceDocument> evidence = [];
    private readonly List<JournalEntry> entries = [];
    private readonly List<OutboxMessage> outbox = [];
    private bool isFailing;

    /// <summary>Keeps a document with the next write, in its latest form.</summary>
    public void Keep(EvidenceDocument document)
    {
        if (evidence.Count < Most || evidence.ContainsKey(document.Id))
            evidence[document.Id] = document;
    }

    /// <summary>Adds a line with the next write.</summary>
    public void Add(JournalEntry entry)
    {
        if (entries.Count < Most)
            entries.Add(entry);
    }

    /// <summary>Sends a notification once the next write is done.</summary>
    public void Send(IEnumerable<RuleKey> rules, Notification notification) => outbox.AddRange(notifications.Address(rules, notification));

    /// <summary>Writes a rollback's new state with all that waits and what belongs to this very state.</summary>
    public async Task<JournalWriteResult> WriteAsync(JournalWriteRequest own)
    {
        var result = await writer.WriteAsync(own with
        {
            Evidence = [.. evidence.Values.Where(waiting => own.Evidence.All(e => e.Id != waiting.Id)), .. own.Evidence],
            Entries = [.. entries, .. own.Entries],
            Outbox = journal.IsDurable ? [.. outbox, .. own.Outbox] : [],
        }).ConfigureAwait(false);
        if (result.Status == JournalWriteStatus.Written)
            Clear();
        return result;
    }

    /// <summary>Writes what waits, if anything does.</summary>
    public async Task FlushAsync()
    {
        if (evidence.Count + entries.Count + outbox.Count == 0)
            return;

        var result = await WriteAsync(new JournalWriteRequest()).ConfigureAwait(false);
        if (result.Status == JournalWriteStatus.Written)
            return;

        if (!isFailing)
            RollbackLog.BatchNotJournaled(logger, result.Status, result.Detail);
        isFailing = true;
        Dispatch();
    }

    private void Clear()
    {
        isFailing = false;
        evidence.Clear();
        entries.Clear();
        Dispatch();
    }

    private void Dispatch()
    {
        foreach (var message in outbox)
            notifications.Enqueue(message);
        outbox.Clear();
    }
}
