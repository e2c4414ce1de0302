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

    public void Save(RollbackEvidence evidence, bool isOpen)
    {
        if (isOpen)
            open[evidence.Id] = evidence;
        else
            open.TryRemove(evidence.Id, out _);

        if (options.Value.EvidenceDirectory is not { } directory)
            return;

        try
        {
            // Written aside and moved into place: a reader never sees half a document.
            Directory.CreateDirectory(directory);
            var path = Path.Combine(directory, evidence.Id + ".json");
            File.WriteAllText(path + ".tmp", evidence.ToJson());
            File.Move(path + ".tmp", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or System.Security.SecurityException)
        {
            RollbackLog.EvidenceNotWritten(logger, e, evidence.Id, directory);
        }
    }

    public void Update(string id, Func<RollbackEvidence, RollbackEvidence> change, bool isOpen)
    {
        if (open.TryGetValue(id, out var evidence))
            Save(change(evidence), isOpen);
    }
}
