using k8s.Models;

namespace SloRollback.Kubernetes.Clusters;

/// <summary>The pod that this process runs in. A rollback of its workload ends the process.</summary>
/// <param name="Namespace">Its namespace; empty outside of pods.</param>
/// <param name="Name">Its name.</param>
internal sealed record OwnPod(string Namespace, string Name)
{
    public bool IsKnown => Namespace.Length > 0;

    /// <summary>
    /// What the kubelet told. A pod's host name is its name, except on the host's network: there a variable <c>POD_NAME</c> has to say it.
    /// </summary>
    public static OwnPod Of(PodAccount account) => account is { IsThere: true, Namespace: { } space }
        ? new(space, Environment.GetEnvironmentVariable("POD_NAME") ?? Environment.MachineName)
        : new("", "");

    public bool IsAmong(IEnumerable<V1Pod> pods) => IsKnown && pods.Any(p => p.Metadata.NamespaceProperty == Namespace && p.Metadata.Name == Name);
}
