using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Tests.History;

/// <summary>What a watch of a thousand Deployments costs.</summary>
public sealed class HistoryMemoryTests(ITestOutputHelper output)
{
    private const int Workloads = 1000;
    private const int Rollouts = 5;
    private const int Events = 5000;
    private const int Looks = 10;
    private const double MostMegabytes = 50;

    [Fact]
    public async Task A_thousand_deployments_are_watched_without_polling_in_few_megabytes()
    {
        var directory = Directory.CreateTempSubdirectory("slorollback-thousand-");
        await using var api = new ScriptedApi();
        for (var i = 0; i < Workloads; i++)
            Fill(api, $"web-{i}");

        var (quiet, busy) = await Task.Run(() => WatchAsync(api, directory));

        // What is still on the stack is not free.
        await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        var without = GC.GetTotalMemory(forceFullCollection: true);
        var (resting, changing) = ((quiet - without) / 1e6, (busy - without) / 1e6);
        output.WriteLine($"{resting:0.0} MB for {Workloads} Deployments of {Rollouts} rollouts each, {changing:0.0} MB at most while {Events} changes of them come");
        Assert.InRange(resting, 0.1, MostMegabytes);
        Assert.InRange(changing, 0.1, MostMegabytes);
        directory.Delete(recursive: true);
    }

    /// <summary>Watches all of them and answers how much memory there is in use meanwhile, at rest and at most among changes. The server's own is in it.</summary>
    private static async Task<(long Quiet, long Busy)> WatchAsync(ScriptedApi api, DirectoryInfo directory)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        await using var host = new ProviderHost(time);
        host.AddKubernetes(o => o.Kubeconfig = api.Kubeconfig(directory));
        var history = host.Provider.GetRequiredKeyedService<IDeploymentHistory>("kubernetes");
        var targets = Enumerable.Range(0, Workloads).Select(i => new DeploymentTarget { Provider = "kubernetes", Workload = $"deployment/web-{i}" }).ToArray();
        await using var feed = new FeedRecorder(history, targets);
        await Wait.UntilAsync(() => api.Watches.Count == 1, "the watch");
        await ReadAllAsync(history, targets);

        // One list of workloads in pages of a hundred, one of all their revisions, one watch; and a thousand answers from it.
        const int Requests = ((Workloads + (Workloads * Rollouts)) / 100) + 1;
        Assert.Equal(Requests, api.Count);
        var quiet = GC.GetTotalMemory(forceFullCollection: true);

        long busy = 0;
        for (var sent = 0; sent < Events; sent += Events / Looks)
        {
            for (var i = sent; i < sent + (Events / Looks); i++)
                api.Send(Modified(api.Workloads[$"web-{i % Workloads}"], i));
            await ArrivedAsync(api, history, targets[0], time);
            busy = Math.Max(busy, GC.GetTotalMemory(forceFullCollection: true));
        }

        // Nothing was asked again, and what is known is still true.
        Assert.Equal(Requests, api.Count);
        await ReadAllAsync(history, targets);
        Assert.Equal(Requests, api.Count);
        return (quiet, busy);
    }

    private static async Task ReadAllAsync(IDeploymentHistory history, DeploymentTarget[] targets)
    {
        foreach (var target in targets)
            Assert.Equal(Rollouts, (await history.ReadAsync(new DeploymentHistoryRequest { Target = target }, TestContext.Current.CancellationToken)).Deployments.Length);
    }

    /// <summary>As a crash loop or an autoscaler makes them: another status, another version, the whole object once more.</summary>
    private static string Modified(JsonObject workload, int version)
    {
        var copy = workload.DeepClone().AsObject();
        copy["metadata"]!["resourceVersion"] = $"{1000 + version}";
        copy["metadata"]!["annotations"]!["autoscaling.alpha.kubernetes.io/conditions"] = $"{version}".PadLeft(1000, 'y');
        return new JsonObject { ["type"] = "MODIFIED", ["object"] = copy }.ToJsonString();
    }

    /// <summary>Waits until all of it was read: a bookmark is the last, and confirms the watch at a time of its own.</summary>
    private static Task ArrivedAsync(ScriptedApi api, IDeploymentHistory history, DeploymentTarget target, FakeTimeProvider time)
    {
        time.Advance(TimeSpan.FromSeconds(1));
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        api.Send("""{"type":"BOOKMARK","object":{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"resourceVersion":"99999"}}}""");
        return Wait.UntilAsync(
            async () => (await history.ReadAsync(new DeploymentHistoryRequest { Target = target }, TestContext.Current.CancellationToken)).ConfirmedAt == now,
            "the events to be read");
    }

    private static void Fill(ScriptedApi api, string name)
    {
        var model = new ModelWorkload(WorkloadKind.Deployment);
        model.Create("ci");
        model.Sync();
        for (var i = 1; i < Rollouts; i++)
        {
            model.Now += Duration.FromMinutes(10);
            model.Edit(i, "ci");
            model.Sync();
            model.End("NewReplicaSetAvailable");
        }

        // Real ones are this large.
        var workload = JsonNode.Parse(model.Read().Json.GetRawText().Replace("\"u1\"", $"\"uid-{name}\"", StringComparison.Ordinal))!.AsObject();
        workload["metadata"]!["name"] = name;
        workload["metadata"]!["annotations"]!["kubectl.kubernetes.io/last-applied-configuration"] = new string('x', 4000);
        api.Workloads[name] = workload;
        foreach (var set in model.ReadObjects())
        {
            var copy = JsonNode.Parse(set.ToJsonString().Replace("\"u1\"", $"\"uid-{name}\"", StringComparison.Ordinal))!.AsObject();
            copy["metadata"]!["annotations"]!["kubectl.kubernetes.io/last-applied-configuration"] = new string('x', 2000);
            api.Revisions[$"{name}-{copy["metadata"]!["name"]}"] = copy;
        }
    }
}
