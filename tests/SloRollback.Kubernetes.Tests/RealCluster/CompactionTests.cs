using System.Net;
using System.Text.Json;
using SloRollback.Kubernetes.Tests.Support;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>
/// etcd is told to forget what was, under a watch, between two watches and between two pages. On a control plane of the test's own, whose
/// API server has no memory of events besides etcd's.
/// </summary>
public sealed class CompactionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watch_that_runs_is_not_disturbed_and_one_that_stopped_lists_again_and_misses_nothing()
    {
        Assert.SkipUnless(ControlPlane.IsAvailable, ControlPlane.SkipReason);
        await using var plane = await ControlPlane.StartAsync(hasWatchCache: false, Token);
        await using var world = new HistoryCluster(await TestNamespace.CreateAsync(plane));
        await world.Space.CreateAsync("deployments", Manifests.Deployment("web", "app:v1"));
        await world.Space.CreateAsync("deployments", Manifests.Deployment("still", "app:v1"));
        var wire = new Wire();
        var history = world.StartHistory(wire.CreateHandler);
        await using var feed = new FeedRecorder(history, HistoryCluster.Target("deployment/web"), HistoryCluster.Target("deployment/still"));
        await Wait.UntilAsync(() => wire.Watches.Count == 1, "the watch");
        await HistoryCluster.UntilAsync(history, "deployment/still", 1);

        // While it runs: each change is told although the one before is forgotten.
        foreach (var version in (int[])[2, 3])
        {
            await plane.CompactAsync(Token);
            await DeployAsync(version);
            await HistoryCluster.UntilAsync(history, "deployment/web", version);
        }

        await plane.CompactAsync(Token);
        Assert.Equal((1, 1), (wire.Lists, wire.Watches.Count));

        // Between two watches: the version to go on from is gone, and with it all events since.
        wire.BeforeWatch = async () =>
        {
            await plane.StartApiServerAsync(Token);
            await DeployAsync(4);
            await world.ObservedAsync("deployments", "web");
            await world.UndoAsync("web", 1);
            await world.ObservedAsync("deployments", "web");
            await plane.CompactAsync(Token);
        };
        await plane.KillApiServerAsync();
        await Wait.UntilAsync(() => wire.Lists == 2, "it to list again");
        var live = await HistoryCluster.UntilAsync(history, "deployment/web", 5);
        Assert.Equal(["app:v1", "app:v2", "app:v3", "app:v4", "app:v1"], live.Select(HistoryCluster.Tag));
        Assert.Equal([false, false, false, false, true], live.Select(d => d.IsRollback));
        Assert.Equal((HttpStatusCode.Gone, HttpStatusCode.OK), (wire.Ended, wire.EndedWith));
        await Wait.UntilAsync(() => feed.Newest.Count(d => d.Target.Workload == "deployment/web") >= 4, "the feed to tell of what was missed");
        Assert.Single(await HistoryCluster.ReadAsync(history, "deployment/still"));
        Assert.DoesNotContain(feed.Newest, d => !live.Select(l => l.Id).Contains(d.Id) && d.Target.Workload == "deployment/web");

        // And goes on from there.
        await DeployAsync(6);
        await HistoryCluster.UntilAsync(history, "deployment/web", 6);
        Assert.Equal(2, wire.Lists);

        Task DeployAsync(int version) => world.Space.MergeAsync("deployments", "web", Manifests.ImagePatch($"app:v{version}"));
    }

    [Fact]
    public async Task A_list_whose_next_page_has_expired_is_read_from_the_start()
    {
        const int Count = 130;
        Assert.SkipUnless(ControlPlane.IsAvailable, ControlPlane.SkipReason);
        await using var plane = await ControlPlane.StartAsync(Token);
        await using var world = new HistoryCluster(await TestNamespace.CreateAsync(plane));
        var names = Enumerable.Range(0, Count).Select(i => $"web-{i:000}").ToList();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, async (name, _) =>
        {
            await world.Space.CreateAsync("deployments", Manifests.Deployment(name, "app:v1", replicas: 0));
            await world.ObservedAsync("deployments", name);
        });

        // Between the two pages one of each is changed, and what the second page would be of is forgotten.
        var wire = new Wire
        {
            BeforePage = async () =>
            {
                foreach (var name in (string[])["web-001", "web-129"])
                {
                    await world.Space.MergeAsync("deployments", name, Manifests.ImagePatch("app:v2"));
                    await world.ObservedAsync("deployments", name);
                }

                await plane.CompactAsync(Token);
            },
        };
        var history = world.StartHistory(wire.CreateHandler);
        await using var feed = new FeedRecorder(history, [.. names.Select(n => HistoryCluster.Target($"deployment/{n}"))]);
        await Wait.UntilAsync(() => wire.Watches.Count == 1, "the watch");
        Assert.Equal((HttpStatusCode.Gone, 2, 2), (wire.Expired, wire.Lists, wire.Pages));
        Assert.False(string.IsNullOrEmpty(wire.OfferedToken), "the answer offers a token of what is there now, which is not taken: it leaves out what changed in the first page");
        foreach (var name in names)
        {
            string[] images = name is "web-001" or "web-129" ? ["app:v1", "app:v2"] : ["app:v1"];
            Assert.Equal(images, (await HistoryCluster.ReadAsync(history, $"deployment/{name}")).Select(HistoryCluster.Tag));
        }

        // All of that from the one list: nothing was read one by one.
        Assert.Equal(0, wire.Singles);
    }

    /// <summary>Stops at a watch or a page, and notes what the server said.</summary>
    private sealed class Wire
    {
        private int lists;
        private int pages;
        private int singles;

        /// <summary>Runs once, before a watch goes on.</summary>
        public Func<Task>? BeforeWatch { get; set; }

        /// <summary>Runs once, before the next page is asked for.</summary>
        public Func<Task>? BeforePage { get; set; }

        public List<string> Watches { get; } = [];

        public int Lists => lists;

        public int Pages => pages;

        public int Singles => singles;

        /// <summary>How the watch ended that was to go on.</summary>
        public HttpStatusCode? Ended { get; private set; }

        /// <summary>What the server said of the next page.</summary>
        public HttpStatusCode? Expired { get; private set; }

        /// <summary>The HTTP status of the watch that ended: 200, since the failure is an event of it.</summary>
        public HttpStatusCode? EndedWith { get; private set; }

        /// <summary>With which token the server would go on.</summary>
        public string? OfferedToken { get; private set; }

        public DelegatingHandler CreateHandler() => new Handler(this);

        private sealed class Handler(Wire wire) : DelegatingHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                var url = request.RequestUri!.PathAndQuery;
                if (url.Contains("watch=true", StringComparison.Ordinal))
                    return await WatchAsync(request, url, cancellationToken);
                if (url.Contains("/deployments/", StringComparison.Ordinal))
                    Interlocked.Increment(ref wire.singles);
                if (!url.Contains("/deployments?", StringComparison.Ordinal))
                    return await base.SendAsync(request, cancellationToken);
                if (!url.Contains("continue=", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref wire.lists);
                    return await base.SendAsync(request, cancellationToken);
                }

                Interlocked.Increment(ref wire.pages);
                var (act, isFirst) = (wire.BeforePage, wire.BeforePage is not null);
                wire.BeforePage = null;
                if (act is not null)
                    await act();
                var response = await base.SendAsync(request, cancellationToken);
                if (!isFirst)
                    return response;

                wire.Expired = response.StatusCode;
                await response.Content.LoadIntoBufferAsync(cancellationToken);
                using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
                wire.OfferedToken = body.RootElement.GetProperty("metadata").GetProperty("continue").GetString();
                return response;
            }

            // Long, so that it is the test that ends one.
            private async Task<HttpResponseMessage> WatchAsync(HttpRequestMessage request, string url, CancellationToken cancellationToken)
            {
                lock (wire.Watches)
                    wire.Watches.Add(url);
                request.RequestUri = new Uri(request.RequestUri!, url.Replace("timeoutSeconds=20", "timeoutSeconds=60", StringComparison.Ordinal));
                if (wire.BeforeWatch is not { } act || wire.Watches.Count == 1)
                    return await base.SendAsync(request, cancellationToken);

                wire.BeforeWatch = null;
                await act();
                var response = await base.SendAsync(request, cancellationToken);
                await response.Content.LoadIntoBufferAsync(cancellationToken);
                var said = await response.Content.ReadAsStringAsync(cancellationToken);
                wire.EndedWith = response.StatusCode;
                wire.Ended = said.Contains("\"code\":410", StringComparison.Ordinal) ? HttpStatusCode.Gone : response.StatusCode;
                return response;
            }
        }
    }
}
