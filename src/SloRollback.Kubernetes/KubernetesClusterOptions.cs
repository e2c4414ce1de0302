namespace SloRollback.Kubernetes;

/// <summary>
/// How one cluster is reached. With nothing set: as the pod that this process runs in, where it runs in one, else as <c>kubectl</c>
/// does, by the file named in <c>KUBECONFIG</c> (of several the first that has the context) or <c>~/.kube/config</c>.
/// </summary>
public sealed class KubernetesClusterOptions
{
    /// <summary>The kubeconfig file.</summary>
    /// <value>None: see above.</value>
    public string? Kubeconfig { get; set; }

    /// <summary>The context of the kubeconfig file.</summary>
    /// <value>The file's current one.</value>
    public string? Context { get; set; }

    /// <summary>Is the cluster reached as the pod that this process runs in? Excludes <see cref="Kubeconfig"/> and <see cref="Context"/>.</summary>
    /// <value>Unset: when the process runs in a pod, and neither a file nor a context is named.</value>
    public bool? InCluster { get; set; }

    /// <summary>The namespace of workloads that are written without one (<c>deployment/checkout</c>).</summary>
    /// <value>The context's, or the pod's own; else <c>default</c>.</value>
    public string? Namespace { get; set; }
}
