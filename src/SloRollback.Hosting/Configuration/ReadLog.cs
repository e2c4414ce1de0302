using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace SloRollback.Hosting.Configuration;

/// <summary>What the reader found on its way: every fault, and what is worth saying although it is none.</summary>
internal sealed class ReadLog
{
    private readonly List<ConfigurationFault> unreadable = [];
    private readonly List<ConfigurationFault> unregistered = [];
    private readonly List<ConfigurationNotice> notices = [];
    private readonly List<string> automaticModes = [];

    /// <summary>First everything that cannot be read, then every reference to something that is not registered.</summary>
    public ImmutableArray<ConfigurationFault> Faults => [.. unreadable, .. unregistered];

    public ImmutableArray<ConfigurationNotice> Notices => [.. notices];

    /// <summary>The paths of all rules' modes that act without asking.</summary>
    public ImmutableArray<string> AutomaticModes => [.. automaticModes];

    public void Fault(string path, string message) => unreadable.Add(new ConfigurationFault(path, message));

    public void Unregistered(string path, string message) => unregistered.Add(new ConfigurationFault(path, message));

    public void Notice(LogLevel level, string path, string message) => notices.Add(new ConfigurationNotice(level, path, message));

    public void Automatic(string path) => automaticModes.Add(path);
}
