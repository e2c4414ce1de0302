using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>
/// Keeps the evidence of open rollbacks and, where a directory is configured, every document as a file, written anew at every
/// transition.
/// </summary>
internal sealed class EvidenceStore(IOptions<SloRollbackOptions> options, ILoggerFactory loggers)
{
    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Rollback");
    private readonly ConcurrentDictionary<string, RollbackEvidence> open = new();
    private bool isFailing;

    public void Save(RollbackEvidence evidence, bool isOpen)
    {
        if (isOpen)
            open[evidence.Id] = evidence;
        else
            open.TryRemove(evidence.Id, out _);

        if (options.Value.EvidenceDirectory is { } directory)
            Write(evidence, directory);
    }

    /// <summary>Changes the evidence of an open rollback; nothing is written when nothing changed.</summary>
    public void Update(string id, Func<RollbackEvidence, RollbackEvidence> change, bool isOpen)
    {
        if (open.TryGetValue(id, out var evidence) && change(evidence) is var changed && (!isOpen || !ReferenceEquals(changed, evidence)))
            Save(changed, isOpen);
    }

    /// <summary>Forgets a document whose rollback never began; its file stays.</summary>
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
