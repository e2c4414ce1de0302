using SloRollback.Deployments;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// A deployment target as it is written, member by member, so that a rule can override single members of its service's.
/// </summary>
internal sealed record TargetParts(string Path, string? Provider, string? Infrastructure, string? Namespace, string? Workload)
{
    /// <summary>Reads the parts; <see langword="null"/> when the place is reported as wrong as a whole.</summary>
    public static TargetParts? Read(ConfigurationNode node, KeySet keys) =>
        node.CheckKeys(keys)
            ? new(node.Path, node.String("Provider"), node.String("Infrastructure"), node.String("Namespace"), node.String("Workload"))
            : null;

    /// <summary>These parts, and where one is not written, the other's.</summary>
    public TargetParts Over(TargetParts? other) => this with
    {
        Provider = Provider ?? other?.Provider,
        Infrastructure = Infrastructure ?? other?.Infrastructure,
        Namespace = Namespace ?? other?.Namespace,
        Workload = Workload ?? other?.Workload,
    };

    /// <summary>The target, or <see langword="null"/> when something is missing or not registered, which is reported.</summary>
    public DeploymentTarget? Resolve(ReadLog log, ProviderNames providers)
    {
        var provider = providers.Resolve(ProviderKind.Deployments, Provider, $"{Path}:Provider", log);
        if (Workload is null)
            log.Fault($"{Path}:Workload", "is missing; example: \"deployment/checkout\"");
        if (provider is null || Workload is null)
            return null;

        return new DeploymentTarget
        {
            Provider = provider,
            Infrastructure = Infrastructure ?? "",
            Workload = Namespace is null ? Workload : $"{Namespace}/{Workload}",
        };
    }
}
