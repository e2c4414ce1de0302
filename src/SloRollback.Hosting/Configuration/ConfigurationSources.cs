using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Where the configuration comes from: the sections given to <c>AddSloRollback</c>, then what code says. It is filled while the
/// host's services are registered, and read once at start.
/// </summary>
internal sealed class ConfigurationSources
{
    private const string DefaultRootPath = "SloRollback";

    private readonly List<IConfigurationSection> sections = [];

    public IReadOnlyList<IConfigurationSection> Sections => sections;

    public List<Func<EngineSettings, EngineSettings>> Settings { get; } = [];

    public List<Func<BackFillOptions, BackFillOptions>> BackFill { get; } = [];

    public List<CodeService> Services { get; } = [];

    public string? EvidenceDirectory { get; set; }

    /// <summary>The path under which faults of the whole and of code are reported.</summary>
    public string RootPath => sections.Count == 0 ? DefaultRootPath : sections[0].Path;

    /// <summary>The one instance of a host's services, when it is registered.</summary>
    public static ConfigurationSources? Find(IServiceCollection services) =>
        services.FirstOrDefault(s => !s.IsKeyedService && s.ServiceType == typeof(ConfigurationSources))?.ImplementationInstance
            as ConfigurationSources;

    /// <summary>Adds a section, unless one of the same path was added before.</summary>
    public void Add(IConfigurationSection section)
    {
        if (!sections.Exists(known => string.Equals(known.Path, section.Path, StringComparison.OrdinalIgnoreCase)))
            sections.Add(section);
    }
}
