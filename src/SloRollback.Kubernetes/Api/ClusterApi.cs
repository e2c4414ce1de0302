using System.Collections.Immutable;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;
using SloRollback.Kubernetes.Clusters;
using SloRollback.Kubernetes.Probes;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Api;

/// <summary>The calls to one cluster's API server, each within a time limit. What goes wrong is answered as a value.</summary>
internal sealed class ClusterApi(Cluster cluster, KubernetesOptions options, TimeProvider time)
{
    public async Task<ApiAnswer<WorkloadObject>> GetAsync(WorkloadKind kind, string space, string name, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(
            token => cluster.Client.CustomObjects.GetNamespacedCustomObjectAsync<JsonElement>(kind.Group, kind.Version, space, kind.Plural, name, token),
            cancellationToken).ConfigureAwait(false);
        return new(answer.Failure is null ? new WorkloadObject(kind, answer.Value) : null, answer.Failure);
    }

    /// <summary>The revisions that the cluster keeps of a workload, newest first.</summary>
    public async Task<ApiAnswer<ImmutableArray<WorkloadRevision>>> RevisionsAsync(WorkloadObject workload, CancellationToken cancellationToken)
    {
        var answer = await ListAsync("apps", "v1", workload.Namespace, workload.Kind.Revisions, workload.Selector, cancellationToken).ConfigureAwait(false);
        return new(answer.Failure is null ? WorkloadRevisions.Of(workload, answer.Value) : [], answer.Failure);
    }

    public async Task<ApiAnswer<ImmutableArray<JsonElement>>> ListAsync(
        string group, string version, string space, string plural, string? selector, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(
            token => cluster.Client.CustomObjects.ListNamespacedCustomObjectAsync<JsonElement>(
                group, version, space, plural, labelSelector: selector, cancellationToken: token),
            cancellationToken).ConfigureAwait(false);
        return new(answer.Failure is null ? [.. answer.Value.Items("items")] : [], answer.Failure);
    }

    /// <summary>Patches a workload; in a dry run the server does everything but store it.</summary>
    public async Task<ApiAnswer<WorkloadObject>> PatchAsync(WorkloadObject workload, string jsonPatch, bool isDryRun, CancellationToken cancellationToken)
    {
        var answer = await WriteAsync(
            $"patch of {workload} in {workload.Namespace}",
            isDryRun,
            token => cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync<JsonElement>(
                new V1Patch(jsonPatch, V1Patch.PatchType.JsonPatch),
                workload.Kind.Group,
                workload.Kind.Version,
                workload.Namespace,
                workload.Kind.Plural,
                workload.Name,
                dryRun: isDryRun ? "All" : null,
                fieldManager: options.FieldManager,
                cancellationToken: token),
            cancellationToken).ConfigureAwait(false);
        return new(answer.Failure is null ? new WorkloadObject(workload.Kind, answer.Value) : null, answer.Failure);
    }

    public Task<ApiAnswer<JsonElement>> MergeAsync(
        string group, string version, string space, string plural, string name, string mergePatch, CancellationToken cancellationToken) => WriteAsync(
        $"patch of {plural}/{name} in {space}",
        isDryRun: false,
        token => cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync<JsonElement>(
            new V1Patch(mergePatch, V1Patch.PatchType.MergePatch), group, version, space, plural, name, fieldManager: options.FieldManager, cancellationToken: token),
        cancellationToken);

    public async Task<ApiAnswer<IList<V1Pod>>> PodsAsync(WorkloadObject workload, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(
            token => cluster.Client.CoreV1.ListNamespacedPodAsync(workload.Namespace, labelSelector: workload.Selector, cancellationToken: token),
            cancellationToken).ConfigureAwait(false);
        return new(answer.Value?.Items, answer.Failure);
    }

    /// <summary>Creates a pod; in a dry run the server does everything but store it.</summary>
    public Task<ApiAnswer<JsonElement>> CreatePodAsync(string space, string pod, bool isDryRun, CancellationToken cancellationToken) =>
        WriteAsync($"creation of a pod in {space}", isDryRun, token => PodCreation.SendAsync(cluster, space, pod, options.FieldManager, isDryRun, token), cancellationToken);

    /// <summary>Deletes this very pod; one of the same name that took its place stays.</summary>
    public Task<ApiAnswer<V1Pod>> DeleteAsync(V1Pod pod, CancellationToken cancellationToken) => WriteAsync(
        $"deletion of pod/{pod.Metadata.Name} in {pod.Metadata.NamespaceProperty}",
        isDryRun: false,
        token => cluster.Client.CoreV1.DeleteNamespacedPodAsync(
            pod.Metadata.Name,
            pod.Metadata.NamespaceProperty,
            new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } },
            cancellationToken: token),
        cancellationToken);

    /// <summary>The probes of a namespace, whichever workload they belong to.</summary>
    public async Task<ApiAnswer<IList<V1Pod>>> ProbesAsync(string space, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(
            token => cluster.Client.CoreV1.ListNamespacedPodAsync(space, labelSelector: ProbeMarks.Id, cancellationToken: token), cancellationToken).ConfigureAwait(false);
        return new(answer.Value?.Items, answer.Failure);
    }

    public async Task<ApiAnswer<IList<V1ResourceQuota>>> QuotasAsync(string space, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(token => cluster.Client.CoreV1.ListNamespacedResourceQuotaAsync(space, cancellationToken: token), cancellationToken).ConfigureAwait(false);
        return new(answer.Value?.Items, answer.Failure);
    }

    /// <summary>May we do this? Everybody may ask that about themselves.</summary>
    public async Task<ApiAnswer<bool>> MayAsync(string verb, string group, string resource, string space, string? name, CancellationToken cancellationToken)
    {
        var review = new V1SelfSubjectAccessReview
        {
            Spec = new V1SelfSubjectAccessReviewSpec
            {
                ResourceAttributes = new V1ResourceAttributes { Verb = verb, Group = group, Resource = resource, NamespaceProperty = space, Name = name },
            },
        };
        var answer = await CallAsync(
            token => cluster.Client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(review, cancellationToken: token), cancellationToken).ConfigureAwait(false);
        return new(answer.Value?.Status?.Allowed ?? false, answer.Failure);
    }

    // Everything that changes the cluster goes through here, and is told.
    private async Task<ApiAnswer<T>> WriteAsync<T>(string what, bool isDryRun, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(call, cancellationToken).ConfigureAwait(false);
        if (isDryRun)
            return answer;

        // Without an answer it may be stored all the same.
        if (answer.Failure is { Code: 0 or >= 500 } unknown)
            ApiLog.MayBeWritten(cluster.Log, cluster.Name, what, unknown.Detail);
        else if (answer.Failure is { } refused)
            ApiLog.NotWritten(cluster.Log, cluster.Name, what, refused.Detail);
        else
            ApiLog.Written(cluster.Log, cluster.Name, what);
        return answer;
    }

    private async Task<ApiAnswer<T>> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return new(await call(either.Token).ConfigureAwait(false), null);
        }
        catch (HttpOperationException e)
        {
            return new(default, ApiFailure.Of((int)e.Response.StatusCode, e.Response.Content));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is OperationCanceledException or TimeoutException)
        {
            return new(default, ApiFailure.NoAnswer($"the API server did not answer within {options.Timeout.TotalSeconds:0.###} s"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException)
        {
            return new(default, ApiFailure.NoAnswer($"the API server cannot be reached: {e.Message}"));
        }
        catch (Exception e) when (e is UnauthorizedAccessException or k8s.Exceptions.KubeConfigException or k8s.Exceptions.KubernetesClientException)
        {
            // A token file, or a program that makes tokens.
            return new(default, ApiFailure.NoAnswer($"the credentials for the API server cannot be had: {e.Message}"));
        }
        catch (JsonException)
        {
            return new(default, ApiFailure.NoAnswer("the API server's answer is not JSON"));
        }
    }
}
