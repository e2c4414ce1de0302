using System.Collections.Immutable;
using SloRollback.Objectives;
using SloRollback.Services;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads one monitored service with everything below it.</summary>
internal static class ServiceReader
{
    /// <summary>The service as far as it could be read; <see langword="null"/> when not even its name could.</summary>
    public static MonitoredService? Read(ConfigurationNode node, ReaderContext context)
    {
        if (!node.CheckKeys(KnownKeys.Service))
            return null;

        var name = Name(node, "Name", node.Key);
        var environment = Name(node, "Environment", null);
        var target = ReadTarget(node, context);
        var objectives = ReadObjectives(node, target, context);
        if (name is null || environment is null)
            return null;

        return new MonitoredService
        {
            Id = new ServiceId(name, environment),
            Path = node.Path,
            Objectives = objectives,
            Target = target.Resolved,
        };
    }

    private static string? Name(ConfigurationNode node, string key, string? whenAbsent)
    {
        var isAbsent = node.Child(key) is null or { Text: null, Children.IsEmpty: true };
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

    private static ImmutableArray<Objective> ReadObjectives(ConfigurationNode node, ServiceTarget target, ReaderContext context)
    {
        var entries = node.Child("Objectives")?.Entries("objective") ?? [];
        if (entries.IsEmpty)
            node.Missing("Objectives", "\"Objectives\": { \"availability\": { \"Target\": \"99.9%\", ... } }");

        return [.. entries.Select(entry => ObjectiveReader.Read(entry, target, context)).OfType<Objective>()];
    }
}
