using System.Collections.Immutable;
using SloRollback.Hosting.Configuration;
using SloRollback.Services;

namespace SloRollback.Hosting;

/// <summary>
/// The configuration as it was read at start, from the sections given to <c>AddSloRollback</c> and from code. It does not change
/// while the host runs. When it has faults the host does not start, and it holds only what could be read.
/// </summary>
public sealed class SloRollbackOptions
{
    /// <summary>The durations and counts that hold for all services.</summary>
    public EngineSettings Settings { get; internal set; } = new();

    /// <summary>How history from before the start is read.</summary>
    public BackFillOptions BackFill { get; internal set; } = new();

    /// <summary>The monitored services.</summary>
    public ImmutableArray<MonitoredService> Services { get; internal set; } = [];

    /// <summary>The directory into which evidence documents are written.</summary>
    /// <value><see langword="null"/>: evidence is kept in the journal only.</value>
    public string? EvidenceDirectory { get; internal set; }

    /// <summary>Every mistake, in the order in which it is reported.</summary>
    internal ImmutableArray<ConfigurationFault> Faults { get; set; } = [];

    /// <summary>What is logged at start although it is no mistake.</summary>
    internal ImmutableArray<ConfigurationNotice> Notices { get; set; } = [];

    /// <summary>The configuration paths of all rules' modes that act without asking.</summary>
    internal ImmutableArray<string> AutomaticModes { get; set; } = [];
}
