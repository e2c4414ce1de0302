namespace SloRollback.Kubernetes.Clusters;

/// <summary>How one cluster is reached, under the name that targets refer to it by; the default one has no name.</summary>
internal sealed record ClusterSettings(string Name, string? Kubeconfig, string? Context, bool? InCluster, string? Namespace)
{
    /// <summary>All clusters of a provider, the default one first.</summary>
    public static IEnumerable<ClusterSettings> All(KubernetesOptions options) =>
        options.Clusters.Select(c => new ClusterSettings(c.Key, c.Value.Kubeconfig, c.Value.Context, c.Value.InCluster, c.Value.Namespace))
            .Prepend(new ClusterSettings("", options.Kubeconfig, options.Context, options.InCluster, options.Namespace));

    /// <summary>The cluster that a target means; <see langword="null"/> when there is none of that name.</summary>
    public static ClusterSettings? Find(KubernetesOptions options, string infrastructure) =>
        All(options).FirstOrDefault(c => string.Equals(c.Name, infrastructure, StringComparison.OrdinalIgnoreCase));
}
