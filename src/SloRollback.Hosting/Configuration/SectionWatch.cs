using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Logs that a section has changed since it was read. A reload concerns the whole configuration and may be reported more than once
/// for one change, so the section's content decides.
/// </summary>
internal sealed class SectionWatch : IDisposable
{
    private readonly IConfigurationSection section;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly IDisposable registration;
    private Dictionary<string, string?> content;

    public SectionWatch(IConfigurationSection section, ILogger logger)
    {
        this.section = section;
        this.logger = logger;
        content = ReadContent();
        registration = ChangeToken.OnChange(section.GetReloadToken, Compare);
    }

    public void Dispose() => registration.Dispose();

    private void Compare()
    {
        lock (gate)
        {
            var now = ReadContent();
            if (now.Count == content.Count && !now.Except(content).Any())
                return;

            content = now;
        }

        logger.ConfigurationChanged(section.Path);
    }

    private Dictionary<string, string?> ReadContent() => new(section.AsEnumerable(), StringComparer.OrdinalIgnoreCase);
}
