using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Watching;

/// <summary>Where the objects of one resource in one namespace are found.</summary>
/// <param name="Path">The path, relative to the API server's address.</param>
internal sealed record ResourceAddress(string Path)
{
    public static ResourceAddress Workloads(WorkloadKind kind, string space) => new($"apis/{kind.Group}/{kind.Version}/namespaces/{space}/{kind.Plural}");

    public static ResourceAddress Revisions(WorkloadKind kind, string space) => new($"apis/apps/v1/namespaces/{space}/{kind.Revisions}");

    public string List(int limit, string? next) => next is null ? $"{Path}?limit={limit}" : $"{Path}?limit={limit}&continue={Uri.EscapeDataString(next)}";

    public string Watch(string resourceVersion, int seconds) =>
        $"{Path}?watch=true&allowWatchBookmarks=true&resourceVersion={Uri.EscapeDataString(resourceVersion)}&timeoutSeconds={seconds}";
}
