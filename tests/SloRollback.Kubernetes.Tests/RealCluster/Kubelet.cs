using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>
/// Stands in for scheduler and kubelet: makes one node, binds every pod to it and reports how it does. What becomes of a pod is in the
/// name of its image: <c>broken</c> is never pulled, <c>crash</c> crashes in a loop, <c>unready</c> runs without becoming ready,
/// <c>slow500</c> is ready after 500 ms, anything else at once. A pod that is to be deleted is gone at once.
/// </summary>
internal sealed partial class Kubelet : IAsyncDisposable
{
    public const string Node = "fake-1";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly IKubernetes kube;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<(string Uid, string Step), bool> done = new();
    private Task watching = Task.CompletedTask;

    private Kubelet(IKubernetes kube) => this.kube = kube;

    public static async Task<Kubelet> StartAsync(IKubernetes kube)
    {
        var kubelet = new Kubelet(kube);
        await kubelet.MakeNodeAsync();
        kubelet.watching = Task.Run(kubelet.WatchAsync);
        return kubelet;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        kube.Dispose();
        stop.Dispose();
    }

    private async Task MakeNodeAsync()
    {
        var resources = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("64"), ["memory"] = new("256Gi"), ["pods"] = new("10000") };
        var now = DateTime.UtcNow;
        await kube.CoreV1.CreateNodeAsync(new V1Node { Metadata = new V1ObjectMeta { Name = Node } });
        await kube.CoreV1.PatchNodeStatusAsync(
            Patch(new
            {
                status = new
                {
                    capacity = resources.ToDictionary(r => r.Key, r => r.Value.ToString()),
                    allocatable = resources.ToDictionary(r => r.Key, r => r.Value.ToString()),
                    conditions = new[] { new { type = "Ready", status = "True", reason = "KubeletReady", message = "", lastHeartbeatTime = Text(now), lastTransitionTime = Text(now) } },
                },
            }),
            Node);

        // An admission plugin marks a new node as not ready, and nothing here would take that off.
        await kube.CoreV1.PatchNodeAsync(new V1Patch("""{"spec":{"taints":null}}""", V1Patch.PatchType.MergePatch), Node);
    }

    private async Task WatchAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var list = await kube.CoreV1.ListPodForAllNamespacesAsync(cancellationToken: stop.Token);
                foreach (var pod in list.Items)
                    Handle(pod);
                await foreach (var (type, pod) in kube.CoreV1.WatchListPodForAllNamespacesAsync(resourceVersion: list.Metadata.ResourceVersion, cancellationToken: stop.Token))
                {
                    if (type is WatchEventType.Added or WatchEventType.Modified)
                        Handle(pod);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or HttpOperationException or IOException or OperationCanceledException or KubernetesException)
            {
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
    }

    private void Handle(V1Pod pod)
    {
        if (pod.Metadata.DeletionTimestamp is not null)
            Begin(pod, "delete", TimeSpan.Zero, DeleteAsync);
        else if (pod.Spec.NodeName is null)
            Begin(pod, "bind", TimeSpan.Zero, BindAsync);
        else if (pod.Status?.ContainerStatuses is null or [])
            Begin(pod, "status", Delay(pod), ReportAsync);
    }

    private void Begin(V1Pod pod, string step, TimeSpan delay, Func<V1Pod, Task> act)
    {
        if (!done.TryAdd((pod.Metadata.Uid, step), value: true))
            return;

        _ = Task.Run(async () =>
        {
            try
            {
                if (delay > TimeSpan.Zero)
                    await Task.Delay(delay, stop.Token);
                await act(pod);
            }
            catch (Exception e) when (e is HttpOperationException { Response.StatusCode: HttpStatusCode.NotFound or HttpStatusCode.Conflict } or OperationCanceledException or ObjectDisposedException)
            {
                // It is gone, or another one did it.
            }
            catch (Exception e) when (e is HttpRequestException or HttpOperationException or IOException)
            {
                // The list after the next broken watch brings it again.
                done.TryRemove((pod.Metadata.Uid, step), out _);
            }
        });
    }

    /// <summary>What a tag is resolved to.</summary>
    public static string Digested(string image) =>
        $"{image}@sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(image)))}";

    private Task BindAsync(V1Pod pod) => kube.CoreV1.CreateNamespacedPodBindingAsync(
        new V1Binding { Metadata = new V1ObjectMeta { Name = pod.Metadata.Name, Uid = pod.Metadata.Uid }, Target = new V1ObjectReference { ApiVersion = "v1", Kind = "Node", Name = Node } },
        pod.Metadata.Name,
        pod.Metadata.NamespaceProperty,
        cancellationToken: stop.Token);

    private Task DeleteAsync(V1Pod pod) => kube.CoreV1.DeleteNamespacedPodAsync(
        pod.Metadata.Name,
        pod.Metadata.NamespaceProperty,
        new V1DeleteOptions { GracePeriodSeconds = 0, Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } },
        cancellationToken: stop.Token);

    private Task ReportAsync(V1Pod pod)
    {
        var images = Images(pod);
        var why = images.Contains("broken", StringComparison.Ordinal) ? "ImagePullBackOff" : images.Contains("crash", StringComparison.Ordinal) ? "CrashLoopBackOff" : null;
        var isReady = why is null && !images.Contains("unready", StringComparison.Ordinal);
        var now = Text(DateTime.UtcNow);
        object Condition(string type, bool value) => new { type, status = value ? "True" : "False", lastTransitionTime = now };
        return kube.CoreV1.PatchNamespacedPodStatusAsync(
            Patch(new
            {
                metadata = new { uid = pod.Metadata.Uid },
                status = new
                {
                    phase = why == "ImagePullBackOff" ? "Pending" : "Running",
                    hostIP = "127.0.0.1",
                    startTime = now,
                    containerStatuses = pod.Spec.Containers.Select(c => new
                    {
                        name = c.Name,
                        image = c.Image,
                        imageID = why == "ImagePullBackOff" ? "" : $"fake://{Digested(c.Image)}",
                        ready = isReady,
                        restartCount = why == "CrashLoopBackOff" ? 5 : 0,
                        state = why is null ? (object)new { running = new { startedAt = now } } : new { waiting = new { reason = why, message = why } },
                    }),
                    conditions = new[] { Condition("Initialized", value: true), Condition("Ready", isReady), Condition("ContainersReady", isReady), Condition("PodScheduled", value: true) },
                },
            }),
            pod.Metadata.Name,
            pod.Metadata.NamespaceProperty,
            cancellationToken: stop.Token);
    }

    private static TimeSpan Delay(V1Pod pod) =>
        Slow().Match(Images(pod)) is { Success: true } slow ? TimeSpan.FromMilliseconds(int.Parse(slow.Groups[1].Value, CultureInfo.InvariantCulture)) : TimeSpan.Zero;

    private static string Images(V1Pod pod) => string.Join(' ', pod.Spec.Containers.Select(c => c.Image));

    private static string Text(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static V1Patch Patch(object body) => new(JsonSerializer.Serialize(body), V1Patch.PatchType.StrategicMergePatch);

    [GeneratedRegex("slow([0-9]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Slow();
}
