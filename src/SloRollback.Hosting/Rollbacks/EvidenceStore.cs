using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<string, RollbackEvidence> open = new();
    private bool isFailing;

    /// <summary>Keeps a document; it reaches the journal with the next write.</summary>
    public void Save(RollbackEvidence evidence, bool isOpen)
    {
        batch.Keep(Stored(evidence));
        Written(evidence, isOpen);
    }

    /// <summary>Changes the evidence of an open rollback; nothing is written when nothing changed.</summary>
    public void Update(string id, Func<RollbackEvidence, RollbackEvidence> change)
    {
        if (open.TryGetValue(id, out var evidence) && change(evidence) is var changed && !ReferenceEquals(changed, evidence))
            Save(changed, isOpen: true);
    }

    /// <summary>The document with one more state of its rollback, to be written with it; <see langword="null"/> when there is none.</summary>
    public RollbackEvidence? With(RollbackRecord record) =>
        open.TryGetValue(record.EvidenceId, out var evidence) ? evidence with { Transitions = evidence.Transitions.Add(record) } : null;

    /// <summary>A document in the form of the journal.</summary>
    public static EvidenceDocument Stored(RollbackEvidence evidence) => new() { Id = evidence.Id, At = evidence.DecidedAt, Json = evidence.ToJson() };

    /// <summary>Takes note of a document that the journal has.</summary>
    public void Written(RollbackEvidence evidence, bool isOpen)
    {
        if (isOpen)
            open[evidence.Id] = evidence;
        else
            open.TryRemove(evidence.Id, out _);

        if (options.Value.EvidenceDirectory is { } directory)
            Write(evidence, directory);
    }

    /// <summary>Brings the document of a rollback that another process, or we before a restart, began. Without it the rollback goes on all the same.</summary>
    public async Task OpenAsync(string id, CancellationToken cancellationToken)
    {
        if (id.Length == 0 || open.ContainsKey(id))
            return;

        try
        {
            var answer = await journal.ReadEvidenceAsync(id, cancellationToken).WaitAsync(Timeout, time, cancellationToken).ConfigureAwait(false);
            if (answer.Value is { } document)
                open.TryAdd(id, RollbackEvidence.Parse(document.Json));
            else if (answer.Unavailable is { } why)
                RollbackLog.EvidenceNotRead(logger, null, id, why);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            RollbackLog.EvidenceNotRead(logger, e, id, e.Message);
        }
    }

    /// <summary>Forgets a document whose rollback never began; what was written of it stays.</summary>
    public void Close(string id) => open.TryRemove(id, out _);

    /// <summary>Keeps the last look at a verification, which is written with the transition that follows from it.</summary>
    public void Keep(string id, Verification verification)
    {
        if (open.TryGetValue(id, out var evidence))
            open[id] = evidence with { Verification = verification };
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
}
