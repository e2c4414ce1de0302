using System.Collections.Immutable;
using SloRollback.Objectives;
using SloRollback.Services;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads one monitored service with everything below it.</summary>
internal static class ServiceReader
{
    /// <summary>
    /// The service as far as it can be read without the others, which composites and dependencies refer to; <see langword="null"/> when
    /// it is no section.
    /// </summary>
    public static ServiceDraft? Read(ConfigurationNode node, ReaderContext context)
    {
        if (!node.CheckKeys(KnownKeys.Service))
            return null;

        var name = Name(node, "Name", node.Key);
        var environment = Name(node, "Environment", null);
        var target = ReadTarget(node, context);
        return new ServiceDraft
        {
            Node = node,
            Id = name is null || environment is null ? null : new ServiceId(name, environment),
            Target = target,
            Downtimes = new DowntimeReader(context.Zones).ReadAll(node),
            Objectives = ReadObjectives(node, target, context),
        };
    }

    /// <summary>The whole service; <see langword="null"/> when not even its name could be read.</summary>
    public static MonitoredService? Finish(ServiceDraft draft, ServiceCatalogue catalogue, ReaderContext context)
    {
        var dependsOn = DependencyReader.Read(draft, catalogue);
        ImmutableArray<Objective> objectives =
        [
            .. draft.Objectives
                .Select(o => o.IsComposite ? new ObjectiveReader(o.Node, context).ReadComposite(draft, catalogue) : o.Read)
                .OfType<Objective>(),
        ];
        return draft.Id is not { } id ? null : new MonitoredService
        {
            Id = id,
            Path = draft.Node.Path,
            Objectives = objectives,
            Target = draft.Target.Resolved,
            Downtimes = draft.Downtimes,
            DependsOn = dependsOn,
        };
    }

    private static string? Name(ConfigurationNode node, string key, string? whenAbsent)
    {
        var isAbsent = node.IsAbsent(key);
        if (isAbsent && whenAbsent is null)
            node.Missing(key, "\"production\"");

        var name = isAbsent ? whenAbsent : node.String(key);
        if (name is null || Ids.FaultOf(name) is not { } fault)
            return name;

        node.Fault(key, fault);
        return null;
    }

    private static ServiceTarget ReadTarget(ConfigurationNode node, ReaderContext context)
    {
        if (node.Child("Deploys") is not { } deploys)
            return new ServiceTarget(false, null, null);

        var parts = TargetParts.Read(deploys, KnownKeys.Deploys);
        return new ServiceTarget(true, parts, parts?.Resolve(context.Log, context.Providers));
    }

    private static ImmutableArray<ObjectiveDraft> ReadObjectives(ConfigurationNode node, ServiceTarget target, ReaderContext context)
    {
        var entries = node.Child("Objectives")?.Entries("objective") ?? [];
        if (entries.IsEmpty)
            node.Missing("Objectives", "\"Objectives\": { \"availability\": { \"Target\": \"99.9%\", ... } }");

        return [.. entries.Select(entry => Read(entry, target, context))];
    }

    private static ObjectiveDraft Read(ConfigurationNode node, ServiceTarget target, ReaderContext context)
    {
        var reader = new ObjectiveReader(node, context);
        return new ObjectiveDraft(node, reader.IsComposite, reader.IsComposite ? null : reader.Read(target));
    }
}
