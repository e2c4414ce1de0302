using System.ComponentModel.DataAnnotations;

namespace SloRollback.Kubernetes;

/// <summary>
/// The clusters that workloads are rolled back in, and how. <see cref="Kubeconfig"/>, <see cref="Context"/>, <see cref="InCluster"/> and
/// <see cref="Namespace"/> describe the cluster of targets without an infrastructure. With nothing set: as the pod that this process
/// runs in, where it runs in one, else as <c>kubectl</c> does. Bound from the section <c>SloRollback:Kubernetes</c>, or <c>SloRollback:{name}</c> for a
/// provider with a name of its own; code comes after configuration.
/// </summary>
public sealed class KubernetesOptions
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

    /// <summary>
    /// Further clusters, by the name that a target's <c>Infrastructure</c> refers to them by. One without settings of its own is the
    /// cluster that this process runs in, or the kubeconfig's current one.
    /// </summary>
    /// <value>Empty.</value>
    public IDictionary<string, KubernetesClusterOptions> Clusters { get; } = new Dictionary<string, KubernetesClusterOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name under which the cluster records what we change (<c>managedFields</c>).</summary>
    /// <value><c>slorollback</c>. 1 to 128 printable characters.</value>
    [Required]
    [StringLength(128, MinimumLength = 1)]
    public string FieldManager { get; set; } = "slorollback";

    /// <summary>How long one call to the API server may take, answer included.</summary>
    /// <value>10 s. From 10 ms to 10 min; the engine gives a plan or a rollback 30 s in all.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often a workload is read again when it was changed between reading and patching, before the call fails as transient. What
    /// changed status, scale or annotations only is tried again; what changed the template is refused.
    /// </summary>
    /// <value>5. From 0 to 20.</value>
    [Range(0, 20)]
    public int MaximumRetries { get; set; } = 5;

    /// <summary>
    /// Is the broken pod of an <c>OrderedReady</c> StatefulSet deleted after the rollback? Kubernetes waits for it to become ready,
    /// for ever, before it replaces it. Only pods of the revision that is left, and only ones that are not ready.
    /// </summary>
    /// <value><see langword="true"/>. Needs the right to delete pods.</value>
    public bool FreeStuckStatefulSets { get; set; } = true;

    /// <summary>
    /// Is a rollback refused that would break a PodDisruptionBudget which holds now, or for whose pods a ResourceQuota has no room?
    /// </summary>
    /// <value><see langword="true"/>.</value>
    public bool CheckCapacity { get; set; } = true;

    /// <summary>What to do with a workload that Argo CD syncs.</summary>
    /// <value><see cref="OwnerStrategy.Refuse"/>.</value>
    [EnumDataType(typeof(OwnerStrategy))]
    public OwnerStrategy ArgoCd { get; set; }

    /// <summary>The namespace of Argo CD's Application objects.</summary>
    /// <value><c>argocd</c>.</value>
    [Required]
    public string ArgoCdNamespace { get; set; } = "argocd";

    /// <summary>What to do with a workload that Flux reconciles.</summary>
    /// <value><see cref="OwnerStrategy.Refuse"/>.</value>
    [EnumDataType(typeof(OwnerStrategy))]
    public OwnerStrategy Flux { get; set; }

    /// <summary>What to do with a workload that a Helm release holds: its next upgrade undoes the rollback.</summary>
    /// <value><see cref="OwnerStrategy.Refuse"/>.</value>
    [EnumDataType(typeof(OwnerStrategy))]
    public OwnerStrategy Helm { get; set; }

    /// <summary>
    /// What to do with a workload that a HorizontalPodAutoscaler scales. It changes the number of replicas only, which a rollback leaves
    /// alone: unlike the others it undoes nothing.
    /// </summary>
    /// <value><see cref="OwnerStrategy.Annotate"/>.</value>
    [EnumDataType(typeof(OwnerStrategy))]
    public OwnerStrategy HorizontalPodAutoscaler { get; set; } = OwnerStrategy.Annotate;
}
