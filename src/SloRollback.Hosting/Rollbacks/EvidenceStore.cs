using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>
/// Keeps the evidence of open rollbacks, hands every document to the journal, and, where a directory is configured, writes it as a file,
/// anew at every transition.
/// </summary>
internal sealed class EvidenceStore(IOptions<SloRollbackOptions> options, IRollbackJournal journal, JournalBatch batch, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Rollback");
    private readonly ConcurrentDictionary<string, Known> open = new();
    private bool isFailing;

    /// <summary>Keeps a decision's document; it reaches the journal with the next write.</summary>
    public void Save(RollbackEvidence evidence, bool isOpen)
    {
        batch.Keep(Stored(evidence));
        if (isOpen)
            open[evidence.Id] = new Known(evidence, 0);
        WriteFile(evidence);
    }

    /// <summary>
    /// Changes the evidence of an open rollback. It is written with the next state: whoever writes that has won the compare-and-swap, and no other
    /// process knows more.
    /// </summary>
    public void Update(string id, Func<RollbackEvidence, RollbackEvidence> change)
    {
        if (open.TryGetValue(id, out var known))
            open[id] = known with { Evidence = change(known.Evidence) };
    }

    /// <summary>The document with one more state of its rollback, to be written with it; <see langword="null"/> when there is none.</summary>
    public RollbackEvidence? With(RollbackRecord record) =>
        open.TryGetValue(record.EvidenceId, out var known) ? known.Evidence with { Transitions = known.Evidence.Transitions.Add(record) } : null;

    /// <summary>A document in the form of the journal.</summary>
    public static EvidenceDocument Stored(RollbackEvidence evidence) => new() { Id = evidence.Id, At = evidence.DecidedAt, Json = evidence.ToJson() };

    /// <summary>Takes note of a document that the journal has taken with a state of its rollback.</summary>
    public void Written(RollbackEvidence evidence, RollbackRecord record)
    {
        if (record.IsFinal)
            open.TryRemove(evidence.Id, out _);
        else
            open[evidence.Id] = new Known(evidence, record.Version);
        WriteFile(evidence);
    }

    /// <summary>
    /// Brings the document of a rollback that another process, or we before a restart, wrote last. Without one the rollback goes on all the same.
    /// </summary>
    /// <returns>Could it be told whether there is one?</returns>
    public async Task<bool> OpenAsync(RollbackRecord record, CancellationToken cancellationToken)
    {
        var id = record.EvidenceId;
        if (id.Length == 0 || (open.TryGetValue(id, out var known) && known.Version == record.Version))
            return true;

        try
        {
            var answer = await journal.ReadEvidenceAsync(id, cancellationToken).WaitAsync(Timeout, time, cancellationToken).ConfigureAwait(false);
            if (answer.Value is { } document)
                open[id] = new Known(RollbackEvidence.Parse(document.Json), record.Version);
            else if (answer.Unavailable is { } why)
            {
                RollbackLog.EvidenceNotRead(logger, null, id, why);
                return false;
            }

            return true;
        }
        catch (JsonException e)
        {
            RollbackLog.EvidenceNotRead(logger, e, id, e.Message);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            RollbackLog.EvidenceNotRead(logger, e, id, e.Message);
            return false;
        }
    }

    /// <summary>Forgets a document whose rollback never began; what was written of it stays.</summary>
    public void Close(string id) => open.TryRemove(id, out _);

    private void WriteFile(RollbackEvidence evidence)
    {
        if (options.Value.EvidenceDirectory is { } directory)
            Write(evidence, directory);
    }

    private void Write(RollbackEvidence evidence, string directory)
    {
        try
        {
            // Written aside and moved into place: a reader never sees half a document.
            Directory.CreateDirectory(directory);
            var path = Path.Combine(directory, evidence.Id + ".json");
            File.WriteAllText(path + ".tmp", evidence.ToJson());
            File.Move(path + ".tmp", path, overwrite: true);
            isFailing = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or System.Security.SecurityException)
        {
            // Told once until a document can be written again.
            if (!isFailing)
                RollbackLog.EvidenceNotWritten(logger, e, evidence.Id, directory);
            isFailing = true;
        }
    }

    /// <param name="Evidence">The document.</param>
    /// <param name="Version">The version of the rollback that it was written or read with.</param>
    private sealed record Known(RollbackEvidence Evidence, int Version);
}
