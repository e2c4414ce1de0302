using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Exceptions;
using SloRollback.Kubernetes.Api;
using SloRollback.Kubernetes.Clusters;
using SloRollback.Leases;

namespace SloRollback.Kubernetes.Leases;

/// <summary>
/// The lease of the engines that share a Lease object, in the manner of Kubernetes' own components: every write replaces exactly the
/// version that was read, and a holder is gone when its record has not changed for the lease's duration on our own monotonic clock. The
/// times in the record are for people.
/// </summary>
internal sealed class KubernetesLease(KubernetesClusters clusters, Func<KubernetesLeaseOptions> options, TimeProvider time) : IEvaluationLease
{
    // Against those who write labels and the like between our reading and our writing.
    private const int Attempts = 3;

    // The longest that the contract allows: what a record says beyond it is a mistake or somebody's edit.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private Observation seen = new("", null, TimeSpan.Zero, 0);

    public Task<LeaseResult> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken) => CallAsync(AcquireOnceAsync, request, cancellationToken);

    public Task<LeaseResult> ReleaseAsync(LeaseRequest request, CancellationToken cancellationToken) => CallAsync(ReleaseOnceAsync, request, cancellationToken);

    private async Task<LeaseResult> CallAsync(Func<Place, LeaseRequest, CancellationToken, Task<LeaseResult>> call, LeaseRequest request, CancellationToken cancellationToken)
    {
        var settings = options();
        if (!clusters.TryGet(settings.Cluster, out var cluster, out var problem))
            return new LeaseResult { Detail = problem };

        var place = new Place(cluster.Client, settings.Namespace ?? cluster.DefaultNamespace, settings.Name);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call(place, request, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpOperationException e) when (e.Response?.StatusCode == HttpStatusCode.Conflict && attempt < Attempts)
            {
                // Somebody wrote it since we read it.
            }
            catch (HttpOperationException e)
            {
                return new LeaseResult { Detail = Explain(ApiFailure.Of((int)e.Response.StatusCode, e.Response.Content), place) };
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is OperationCanceledException or TimeoutException)
            {
                return new LeaseResult { Detail = "the API server did not answer in time" };
            }
            catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or JsonException or KubeConfigException or KubernetesClientException)
            {
                return new LeaseResult { Detail = $"the API server cannot be asked: {e.Message}" };
            }
        }
    }

    private async Task<LeaseResult> AcquireOnceAsync(Place place, LeaseRequest request, CancellationToken cancellationToken)
    {
        var lease = await place.ReadAsync(cancellationToken).ConfigureAwait(false);

        // After the answer: what we have seen was written before it.
        var last = Observe(lease);
        if (last.Holder is { } holder && holder != request.Holder && !IsOver(last, request))
            return NotHeld(holder);

        var now = time.GetUtcNow();
        if (lease is null)
        {
            lease = LeaseObject.Create(place.Namespace, place.Name, request, now);
            Observe(await place.CreateAsync(lease, cancellationToken).ConfigureAwait(false));
        }
        else
        {
            LeaseObject.Take(lease, request, now);
            Observe(await place.ReplaceAsync(lease, cancellationToken).ConfigureAwait(false));
        }

        return new LeaseResult { Status = LeaseStatus.Held, Holder = request.Holder };
    }

    private async Task<LeaseResult> ReleaseOnceAsync(Place place, LeaseRequest request, CancellationToken cancellationToken)
    {
        if (await place.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } lease)
            return NotHeld(null);

        if (LeaseObject.Holder(lease) is var holder && holder != request.Holder)
            return NotHeld(holder);

        LeaseObject.Release(lease, time.GetUtcNow());
        Observe(await place.ReplaceAsync(lease, cancellationToken).ConfigureAwait(false));
        return NotHeld(null);
    }

    /// <summary>Takes note of a record. One that somebody deleted counts on: its holder does not know yet.</summary>
    private Observation Observe(JsonObject? lease)
    {
        lock (gate)
        {
            if (lease is not null && LeaseObject.Record(lease) is var record && record != seen.Record)
                seen = new Observation(record, LeaseObject.Holder(lease), LeaseObject.Length(lease), time.GetTimestamp());
            return seen;
        }
    }

    // Whoever holds it longer than we would is waited for.
    private bool IsOver(Observation last, LeaseRequest request)
    {
        var length = TimeSpan.FromTicks(Math.Max(request.Duration.BclCompatibleTicks, Math.Min(last.Length.Ticks, Longest.Ticks)));
        return time.GetElapsedTime(last.At) >= length;
    }

    private static LeaseResult NotHeld(string? holder) => new() { Status = LeaseStatus.NotHeld, Holder = holder };

    private static string Explain(ApiFailure failure, Place place) => failure switch
    {
        { IsForbidden: true } => $"{failure.Detail}; get, create and update of leases ({LeaseObject.Group}) are needed in the namespace {place.Namespace}",
        { IsNotFound: true } => $"{failure.Detail}: there is no namespace {place.Namespace}",
        { IsConflict: true } => $"the Lease {place.Namespace}/{place.Name} changes all the time",
        _ => failure.Detail,
    };

    private sealed record Observation(string Record, string? Holder, TimeSpan Length, long At);

    private sealed record Place(IKubernetes Client, string Namespace, string Name)
    {
        public async Task<JsonObject?> ReadAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await Client.CustomObjects.GetNamespacedCustomObjectAsync<JsonObject>(LeaseObject.Group, LeaseObject.Version, Namespace, LeaseObject.Plural, Name, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpOperationException e) when (e.Response?.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
        }

        public Task<JsonObject> CreateAsync(JsonObject lease, CancellationToken cancellationToken) =>
            Client.CustomObjects.CreateNamespacedCustomObjectAsync<JsonObject>(lease, LeaseObject.Group, LeaseObject.Version, Namespace, LeaseObject.Plural, cancellationToken: cancellationToken);

        public Task<JsonObject> ReplaceAsync(JsonObject lease, CancellationToken cancellationToken) =>
            Client.CustomObjects.ReplaceNamespacedCustomObjectAsync<JsonObject>(lease, LeaseObject.Group, LeaseObject.Version, Namespace, LeaseObject.Plural, Name, cancellationToken: cancellationToken);
    }
}
