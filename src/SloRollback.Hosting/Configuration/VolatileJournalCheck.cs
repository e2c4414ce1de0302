using Microsoft.Extensions.Options;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Configuration;

/// <summary>Automatic rollbacks need a journal that a crash does not empty, unless the user says otherwise (SEMANTICS §7).</summary>
internal sealed class VolatileJournalCheck(IOptions<SloRollbackOptions> options, IEnumerable<IRollbackJournal> journals)
    : IConfigurationCheck
{
    public void Check(ConfigurationCheckContext context)
    {
        // The last one registered is the one that is used.
        if (options.Value.Settings.AllowVolatileJournal || journals.LastOrDefault() is { IsDurable: true })
            return;

        foreach (var path in options.Value.AutomaticModes)
        {
            context.Report(
                path,
                "Automatic needs a durable journal, and this host's lives in memory; register one, or set \"AllowVolatileJournal\": true");
        }
    }
}
