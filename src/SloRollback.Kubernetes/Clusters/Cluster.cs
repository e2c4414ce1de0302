using k8s;
using Microsoft.Extensions.Logging;

namespace SloRollback.Kubernetes.Clusters;

/// <summary>A cluster, connected.</summary>
/// <param name="Name">The name that targets refer to it by; empty for the default one.</param>
/// <param name="Client">Its API.</param>
/// <param name="DefaultNamespace">The namespace of workloads that are written without one.</param>
/// <param name="Log">Where it is told what is written to it.</param>
internal sealed record Cluster(string Name, IKubernetes Client, string DefaultNamespace, ILogger Log);
