using System.ComponentModel.DataAnnotations;

namespace SloRollback.Kubernetes;

/// <summary>
/// The Lease object (<c>coordination.k8s.io/v1</c>) that the replicas of a host share. It is made when it is not there. Bound from the
/// section <c>Lease</c> of the provider, such as <c>SloRollback:Kubernetes:Lease</c>; code comes after configuration.
/// </summary>
public sealed class KubernetesLeaseOptions
{
    /// <summary>The cluster that it is in, by its name among the provider's clusters; empty for the default one.</summary>
    /// <value>Empty.</value>
    public string Cluster { get; set; } = "";

    /// <summary>The namespace that it is in.</summary>
    /// <value>The cluster's: in a pod the pod's own.</value>
    public string? Namespace { get; set; }

    /// <summary>Its name. Hosts that share it are replicas of one another: hosts with other services need another name.</summary>
    /// <value><c>slorollback</c>. Lower-case letters, digits, hyphens and dots.</value>
    [Required]
    [StringLength(253, MinimumLength = 1)]
    [RegularExpression("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", ErrorMessage = "It is not a name that Kubernetes allows: lower-case letters, digits, hyphens and dots.", MatchTimeoutInMilliseconds = 1000)]
    public string Name { get; set; } = "slorollback";
}
