using k8s.Models;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.History;

/// <summary>The images that the pods of a revision run, with the digests that their kubelets resolved a tag to.</summary>
internal static class PodImages
{
    private const string Digest = "@sha256:";

    /// <summary>As in <see cref="Deployments.Deployment.Images"/>; empty when no pod tells a digest. A tag that was moved meanwhile stands there twice.</summary>
    /// <param name="pods">The pods that the workload's selector finds.</param>
    /// <param name="workload">The workload, whose template has the containers that count: what is injected into pods is not of the release.</param>
    /// <param name="revisionName">The name of the ReplicaSet or ControllerRevision.</param>
    public static string Of(IEnumerable<V1Pod> pods, WorkloadObject workload, string revisionName)
    {
        var containers = workload.Template?.Items("spec", "containers").Select(c => c.Text("name")).OfType<string>().ToHashSet(StringComparer.Ordinal) ?? [];
        var images = pods
            .Where(p => p.Metadata.DeletionTimestamp is null && IsOf(p, workload, revisionName))
            .SelectMany(p => p.Spec.Containers.Where(c => containers.Contains(c.Name)), (p, c) => With(c.Image, p.Status?.ContainerStatuses?.FirstOrDefault(s => s.Name == c.Name)?.ImageID ?? ""))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return images.Exists(i => i.Contains(Digest, StringComparison.Ordinal)) ? string.Join(", ", images) : "";
    }

    // The label is the ControllerRevision's name, or what its name ends with.
    private static bool IsOf(V1Pod pod, WorkloadObject workload, string revisionName)
    {
        if (pod.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true) is not { } owner)
            return false;
        if (workload.Kind.KeepsReplicaSets)
            return owner.Name == revisionName;

        return owner.Uid == workload.Uid
            && pod.Metadata.Labels?.TryGetValue("controller-revision-hash", out var label) == true
            && (label == revisionName || revisionName.EndsWith($"-{label}", StringComparison.Ordinal));
    }

    // "docker-pullable://registry/app@sha256:…", or without the first part; some runtimes give the image's own id instead, which no registry knows.
    private static string With(string image, string id)
    {
        var at = id.IndexOf(Digest, StringComparison.Ordinal);
        return at < 0 || image.Contains('@', StringComparison.Ordinal) ? image : image + id[at..];
    }
}
