using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SloRollback.Kubernetes.Api;
using SloRollback.Kubernetes.Clusters;
using SloRollback.Kubernetes.History;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Watching;

/// <summary>Reads the ReplicaSets or ControllerRevisions of workloads.</summary>
internal sealed class RevisionReader(Cluster cluster, KubernetesOptions options, TimeProvider time, WorkloadKind kind, string space)
{
    // From this many workloads on, all revisions of the namespace are read at once.
    private const int Many = 8;

    private readonly ClusterApi api = new(cluster, options, time);
    private readonly ResourceReader reader = new(cluster, options.Timeout, time);

    /// <summary>Reads those of one workload.</summary>
    public async Task<ApiAnswer<ImmutableArray<RevisionFacts>>> OfAsync(WorkloadObject workload, CancellationToken cancellationToken)
    {
        var answer = await api.RevisionsAsync(workload, cancellationToken).ConfigureAwait(false);
        return new(answer.Failure is null ? [.. answer.Value.Select(r => RevisionFacts.Of(r, kind))] : [], answer.Failure);
    }

    /// <summary>Reads those of several.</summary>
    /// <exception cref="ReadFailedException">The server refused.</exception>
    public async IAsyncEnumerable<(T Item, WorkloadObject Workload, ImmutableArray<RevisionFacts> Revisions)> OfAllAsync<T>(
        IReadOnlyList<(T Item, WorkloadObject Workload)> workloads, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (workloads.Count > Many)
        {
            var all = await OfNamespaceAsync(workloads.Select(w => w.Workload.Uid).ToHashSet(), cancellationToken).ConfigureAwait(false);
            foreach (var (item, workload) in workloads)
                yield return (item, workload, all.TryGetValue(workload.Uid, out var facts) ? [.. facts] : []);
            yield break;
        }

        foreach (var (item, workload) in workloads)
        {
            var answer = await OfAsync(workload, cancellationToken).ConfigureAwait(false);
            yield return answer.Failure is { } failure ? throw new ReadFailedException(failure) : (item, workload, answer.Value);
        }
    }

    private async Task<Dictionary<string, List<RevisionFacts>>> OfNamespaceAsync(HashSet<string> owners, CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, List<RevisionFacts>>();
        await reader.ListAsync(
            ResourceAddress.Revisions(kind, space),
            element =>
            {
                if (Owner(element) is not { } owner || !owners.Contains(owner) || WorkloadRevisions.Read(element, kind) is not { } revision)
                    return;
                if (!all.TryGetValue(owner, out var facts))
                    all[owner] = facts = [];
                facts.Add(RevisionFacts.Of(revision, kind));
            },
            cancellationToken).ConfigureAwait(false);
        return all;
    }

    private static string? Owner(JsonElement element) =>
        element.Items("metadata", "ownerReferences").Where(o => o.IsTrue("controller")).Select(o => o.Text("uid")).FirstOrDefault();
}
