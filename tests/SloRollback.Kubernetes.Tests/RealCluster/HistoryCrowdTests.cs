using System.Collections.Concurrent;
using System.Globalization;
using SloRollback.Kubernetes.Tests.Support;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>Many Deployments at once under random edits: what the test itself did is what the history tells.</summary>
public sealed class HistoryCrowdTests(SharedCluster cluster)
{
    private const int Workloads = 200;
    private const int Edits = 4;
    private const int People = 8;

    [Fact]
    public async Task Of_two_hundred_deployments_under_random_edits_none_is_lost_and_none_invented()
    {
        await using var world = new HistoryCluster(await cluster.CreateNamespaceAsync(needsOurOwn: true));
        var names = Enumerable.Range(0, Workloads).Select(i => $"web-{i}").ToList();
        var targets = names.Select(n => HistoryCluster.Target($"deployment/{n}")).ToArray();
        var history = world.StartHistory();
        await using var feed = new FeedRecorder(history, [.. targets, HistoryCluster.Target("deployment/first")]);

        // What was over before the feed began is no news: this one tells that it has begun.
        await world.Space.CreateAsync("deployments", Manifests.Deployment("first", "app:v0", replicas: 0));
        var tries = 0;
        await Wait.UntilAsync(
            async () =>
            {
                await world.Space.MergeAsync("deployments", "first", Manifests.ImagePatch($"app:v{++tries}"));
                return feed.Items.Count > 0;
            },
            "the feed to begin");

        var done = new ConcurrentDictionary<string, List<string>>();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = People }, async (name, _) => done[name] = await EditAsync(world, name));

        await Wait.UntilAsync(() => feed.Newest.Count(d => d.Target.Workload != "deployment/first") >= done.Values.Sum(d => d.Count), "the feed to tell of all");
        var told = feed.Newest.ToLookup(d => d.Target.Workload["deployment/".Length..]);
        var cold = world.StartHistory();
        await using var late = new FeedRecorder(cold, targets);
        foreach (var name in names)
        {
            Assert.Equal(done[name], told[name].Select(HistoryCluster.Tag));
            var live = await HistoryCluster.ReadAsync(history, $"deployment/{name}");
            Assert.Equal(live.Select(d => d.Id), told[name].Select(d => d.Id));
            Assert.Equal(done[name], (await HistoryCluster.ReadAsync(cold, $"deployment/{name}")).Select(HistoryCluster.Tag));
        }
    }

    /// <summary>Edits one Deployment and tells the images that it ran, in turn. Without pods: the pods' part is tested elsewhere.</summary>
    private static async Task<List<string>> EditAsync(HistoryCluster world, string name)
    {
        var random = new Random(int.Parse(name["web-".Length..], CultureInfo.InvariantCulture));
        var images = new List<string> { "app:v1" };
        await world.Space.CreateAsync("deployments", Manifests.Deployment(name, "app:v1", replicas: 0));
        await world.ObservedAsync("deployments", name);
        for (var i = 0; i < Edits; i++)
        {
            var image = $"app:v{random.Next(1, 4)}";
            var patch = random.Next(5) switch
            {
                0 => $$"""{"metadata":{"annotations":{"note":"{{i}}"} } }""",
                1 => """{"spec":{"revisionHistoryLimit":9}}""",
                _ => Manifests.ImagePatch(image),
            };
            await world.Space.MergeAsync("deployments", name, patch);
            await world.ObservedAsync("deployments", name);
            if (patch.Contains("image", StringComparison.Ordinal) && image != images[^1])
                images.Add(image);
        }

        return images;
    }
}
