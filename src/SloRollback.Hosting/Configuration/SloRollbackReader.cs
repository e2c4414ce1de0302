using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Services;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Reads the whole configuration: the sections in the order in which they were added, then what code says. Settings of a later
/// layer override those of an earlier one; a service may be defined in one layer only.
/// </summary>
internal sealed class SloRollbackReader
{
    private readonly ConfigurationSources sources;
    private readonly ProviderNames providers;
    private readonly ReadLog log = new();
    private readonly IDateTimeZoneProvider zones;
    private readonly ImmutableArray<IIndicatorSet> sets;
    private readonly SettingsReader settings;
    private BackFillOptions backFill = new();
    private string? evidenceDirectory;

    public SloRollbackReader(ConfigurationSources sources, ProviderNames providers, IDateTimeZoneProvider zones, ImmutableArray<IIndicatorSet> sets)
    {
        this.sources = sources;
        this.providers = providers;
        this.zones = zones;
        this.sets = sets;
        settings = new SettingsReader(zones);
    }

    public void Read(SloRollbackOptions options)
    {
        ImmutableArray<ConfigurationNode> layers = [.. sources.Sections.Select(section => new ConfigurationNode(section, log))];
        foreach (var layer in layers)
            ReadRoot(layer);

        settings.CheckTogether(ReadSettingsFromCode());
        options.EvidenceDirectory = sources.EvidenceDirectory ?? evidenceDirectory;
        options.Settings = settings.Settings;
        options.BackFill = backFill;
        options.Services = ReadServices(layers);
        options.Faults = log.Faults;
        options.Notices = log.Notices;
        options.AutomaticModes = log.AutomaticModes;
    }

    private void ReadRoot(ConfigurationNode root)
    {
        if (!root.IsObject())
        {
            if (root.Children.IsEmpty)
                root.Fault($"\"{root.Text}\" is a single value where keys belong");
            return;
        }

        foreach (var child in root.Children.Where(child => !KnownKeys.Root.Contains(child.Key)))
            CheckProviderSection(child);

        settings.Read(root);
        backFill = BackFillReader.Read(root, backFill);
        evidenceDirectory = root.String("EvidenceDirectory") ?? evidenceDirectory;
    }

    private void CheckProviderSection(ConfigurationNode node)
    {
        if (providers.Sections.Contains(node.Key, StringComparer.OrdinalIgnoreCase))
            return;

        string[] sections = ["Services", .. providers.Sections];
        var isSection = string.IsNullOrEmpty(node.Text);
        if (Nearest.Find(node.Key, isSection ? [.. KnownKeys.Root.Keys, .. providers.Sections] : KnownKeys.Root.Keys) is { } near)
            node.Fault($"is not known here; did you mean \"{near}\"?");
        else if (isSection)
            node.Fault($"is not known here, and no provider of that name is registered; known: {string.Join(", ", sections)}");
        else
            node.Fault($"is not known here; known: {string.Join(", ", KnownKeys.Root.Keys)}");
    }

    /// <summary>Applies what code changes, written as keys and read like a file's, so that the same checks hold.</summary>
    private ConfigurationNode ReadSettingsFromCode()
    {
        var before = settings.Settings;
        var after = sources.Settings.Aggregate(before, (current, change) => change(current));
        var changes = SettingDefinitions.All
            .Where(definition => !string.Equals(definition.Format(before), definition.Format(after), StringComparison.Ordinal))
            .Select(definition => KeyValuePair.Create(
                ConfigurationPath.Combine(sources.RootPath, definition.Name), (string?)definition.Format(after)));

        var keys = new Dictionary<string, string?>(changes, StringComparer.OrdinalIgnoreCase);
        if (!before.Downtimes.SequenceEqual(after.Downtimes))
            WriteDowntimes(keys, after.Downtimes);
        BackFillReader.Write(
            keys, name => ConfigurationPath.Combine(sources.RootPath, name), backFill, sources.BackFill.Aggregate(backFill, (current, change) => change(current)));

        var memory = new ConfigurationBuilder().AddInMemoryCollection(keys).Build();
        var root = new ConfigurationNode(memory.GetSection(sources.RootPath), log);
        settings.Read(root);
        backFill = BackFillReader.Read(root, backFill);
        return root;
    }

    private ImmutableArray<MonitoredService> ReadServices(ImmutableArray<ConfigurationNode> layers)
    {
        var servicesPath = ConfigurationPath.Combine(sources.RootPath, "Services");
        ImmutableArray<ConfigurationNode> nodes =
        [
            .. layers.SelectMany(layer => layer.Child("Services")?.Entries("service") ?? []),
            .. sources.Services.Select(service => service.Open(servicesPath, log)),
        ];

        if (nodes.IsEmpty)
            log.Fault(servicesPath, "no service is monitored; define one here or with AddMonitoredService");
        else if (providers.Of(ProviderKind.MetricSource).IsEmpty)
            log.Unregistered(sources.RootPath, "no metric source is registered; add one, for example with AddPrometheus");

        var context = new ReaderContext(log, providers, zones, sets, settings.Step);
        ImmutableArray<ServiceDraft> drafts = [.. nodes.Select(node => ServiceReader.Read(node, context)).OfType<ServiceDraft>()];
        var catalogue = new ServiceCatalogue(drafts, isComplete: drafts.Length == nodes.Length);

        // Every service is read to its end, so that all faults are found, also of one that is defined twice.
        return
        [
            .. drafts.Select(draft => (draft, service: ServiceReader.Finish(draft, catalogue, context)))
                .Where(read => catalogue.Owns(read.draft))
                .Select(read => read.service)
                .OfType<MonitoredService>(),
        ];
    }

    // All of them, since code says what there is to be: they take the place of what the sections say.
    private void WriteDowntimes(Dictionary<string, string?> keys, ImmutableArray<Downtime> downtimes)
    {
        settings.ForgetDowntimes();
        var writtenTwice = new List<string>();
        var root = new KeyWriter(keys, writtenTwice, sources.RootPath);
        foreach (var downtime in downtimes)
        {
            if (DowntimeWriter.FaultOf(downtime) is { } fault)
                log.Fault(ConfigurationPath.Combine(sources.RootPath, "Downtimes"), fault);
            else
                DowntimeWriter.Write(root, downtime);
        }

        foreach (var path in writtenTwice)
            log.Fault(path, "is defined twice in code");
    }
}
