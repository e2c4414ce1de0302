using System.Collections.Immutable;
using SloRollback.Services;

namespace SloRollback;

/// <summary>The configuration as read, and the list of faults that checks add to.</summary>
public sealed class ConfigurationCheckContext
{
    private readonly List<ConfigurationFault> faults = [];

    /// <summary>Makes a context.</summary>
    /// <param name="services">The monitored services as far as they could be read.</param>
    public ConfigurationCheckContext(ImmutableArray<MonitoredService> services) => Services = services;

    /// <summary>The monitored services as far as they could be read.</summary>
    public ImmutableArray<MonitoredService> Services { get; }

    /// <summary>The faults reported so far, in order.</summary>
    public IReadOnlyList<ConfigurationFault> Faults => faults;

    /// <summary>Reports a fault.</summary>
    /// <param name="path">The configuration path, such as <c>SloRollback:Services:checkout:Deploys:Provider</c>.</param>
    /// <param name="message">What is wrong and what would be right.</param>
    public void Report(string path, string message) => faults.Add(new ConfigurationFault(path, message));
}
