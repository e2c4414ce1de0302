using k8s;

namespace SloRollback.Kubernetes.Clusters;

/// <summary>A cluster, connected.</summary>
/// <param name="Name">The name that targets refer to it by; empty for the default one.</param>
/// <param name="Client">Its API.</param>
/// <param name="DefaultNamespace">The namespace of workloads that are written without one.</param>
internal sealed record Cluster(string Name, IKubernetes Client, string DefaultNamespace);
