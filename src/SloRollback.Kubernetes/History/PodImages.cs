using k8s.Models;
using SloRollback.Kubernetes.Probes;

namespace SloRollback.Kubernetes.History;

/// <summary>The images that pods run, with the digests that their kubelets resolved a tag to.</summary>
internal static class PodImages
{
    private const string Digest = "@sha256:";

    /// <summary>As in <see cref="Deployments.Deployment.Images"/>; empty when no pod tells a digest. A tag that was moved meanwhile stands there twice.</summary>
    public static string Of(IEnumerable<V1Pod> pods)
    {
        var images = pods
            .Where(p => p.Metadata.DeletionTimestamp is null && p.Metadata.Labels?.ContainsKey(ProbeMarks.Id) != true)
            .SelectMany(p => p.Spec.Containers, (p, c) => With(c.Image, p.Status?.ContainerStatuses?.FirstOrDefault(s => s.Name == c.Name)?.ImageID ?? ""))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return images.Exists(i => i.Contains(Digest, StringComparison.Ordinal)) ? string.Join(", ", images) : "";
    }

    // "docker-pullable://registry/app@sha256:…", or without the first part; some runtimes give the image's own id instead, which no registry knows.
    private static string With(string image, string id)
    {
        var at = id.IndexOf(Digest, StringComparison.Ordinal);
        return at < 0 || image.Contains('@', StringComparison.Ordinal) ? image : image + id[at..];
    }
}
