using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Tests.History;

/// <summary>The list and the watch against a server that plays tricks.</summary>
public sealed class WatchTests : IAsyncDisposable
{
    private const string Bookmark = """{"type":"BOOKMARK","object":{"kind":"Deployment","metadata":{"resourceVersion":"150"}}}""" + "\n";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("slorollback-watch-");
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ScriptedApi api = new();
    private readonly ProviderHost host;
    private readonly ModelWorkload model = new(WorkloadKind.Deployment);

    public WatchTests()
    {
        host = new ProviderHost(time);
        host.AddKubernetes(o =>
        {
            o.Kubeconfig = api.Kubeconfig(directory);
            o.Timeout = TimeSpan.FromMinutes(10);
        });
        model.Create("ci");
        Step(model.Sync);
    }

    private IDeploymentHistory History => host.Provider.GetRequiredKeyedService<IDeploymentHistory>("kubernetes");

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await api.DisposeAsync();
        directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData("this is no JSON\n", ScriptEnd.Hangs)]
    [InlineData("{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"web\"}}}\n", ScriptEnd.Hangs)]
    [InlineData("{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"resourceVersion\":\"101\"}}}\n", ScriptEnd.Hangs)]
    [InlineData("{\"type\":\"NEWS\",\"object\":{\"metadata\":{\"name\":\"web\",\"resourceVersion\":\"101\"}}}\n", ScriptEnd.Hangs)]
    [InlineData("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}}\n", ScriptEnd.Ends)]
    [InlineData("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":500,\"message\":\"etcd event received with PrevKv=nil\"}}\n", ScriptEnd.Hangs)]
    [InlineData(Bookmark + "[1,\n", ScriptEnd.Ends)]
    public async Task What_cannot_be_read_makes_it_list_again_and_nothing_is_lost(string lines, ScriptEnd end)
    {
        api.Play(lines, end);
        await using var feed = Feed();
        await Wait.UntilAsync(() => api.Watches.Count == 1, "the watch");
        Step(() => model.Edit(1, "ci"), model.Sync);
        api.Version = "200";

        await AdvanceUntilAsync(() => api.Watches.Count == 2);
        Assert.Equal(2, api.Lists);
        Assert.Equal("200", api.Watches[1]);
        await Wait.UntilAsync(() => feed.Newest.Any(d => d.Images == "app:v1"), "the deployment that no event told of");
    }

    [Theory]
    [InlineData("", ScriptEnd.Breaks, "100")]
    [InlineData(Bookmark, ScriptEnd.Breaks, "150")]
    [InlineData(Bookmark, ScriptEnd.Ends, "150")]
    [InlineData("", ScriptEnd.Ends, "100")]
    [InlineData(Bookmark + "{\"type\":\"MODI", ScriptEnd.Ends, "150")]
    public async Task A_broken_or_ended_watch_goes_on_from_where_it_was(string lines, ScriptEnd end, string version)
    {
        api.Play(lines, end);
        await using var feed = Feed();
        await AdvanceUntilAsync(() => api.Watches.Count == 2);
        Assert.Equal(["100", version], api.Watches);
        Assert.Equal(1, api.Lists);
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_more_and_more_slowly_and_an_expired_version_is_not_asked_for_again()
    {
        api.WatchStatus = 503;
        await using var feed = Feed();
        var moments = new List<Instant>();
        await AdvanceUntilAsync(() =>
        {
            if (api.Watches.Count > moments.Count)
                moments.Add(Now);
            return moments.Count == 7;
        });
        var pauses = moments.Zip(moments.Skip(1), (a, b) => (b - a).TotalSeconds).ToList();
        Assert.All(pauses.Zip([1, 2, 4, 8, 16, 30]), p => Assert.InRange(p.First, p.Second - 0.5, p.Second + 3));

        var lists = api.Lists;
        api.WatchStatus = 410;
        await AdvanceUntilAsync(() => api.Lists == lists + 2);
    }

    [Fact]
    public async Task Any_number_of_targets_and_listeners_share_one_watch()
    {
        await using var first = Feed();
        await using (var other = Feed())
        {
            await Wait.UntilAsync(() => api.Watches.Count == 1, "the watch");
            Step(() => model.Edit(1, "ci"), model.Sync);
            Send("MODIFIED", "101");
            await Wait.UntilAsync(() => other.Newest.Count > 0 && first.Newest.Count > 0, "both to hear of it");
            Assert.Equal(other.Newest[^1], first.Newest[^1]);
            Assert.Single(api.Watches);

            // The one whose task keeps it going leaves: the other takes over.
            await first.DisposeAsync();
            await AdvanceUntilAsync(() => api.Watches.Count == 2);
            Step(() => model.Edit(2, "ci"), model.Sync);
            api.Version = "300";
            Send("MODIFIED", "301");
            await Wait.UntilAsync(() => other.Newest.Any(d => d.Images == "app:v2"), "the other to hear more");
        }
    }

    [Fact]
    public async Task Reads_are_answered_from_the_watch_with_the_moment_that_the_server_confirmed_last()
    {
        await using var feed = Feed();
        await Wait.UntilAsync(() => api.Watches.Count == 1, "the watch");
        var listed = Now;
        var requests = api.Count;
        time.Advance(TimeSpan.FromSeconds(10));
        var result = await ReadAsync();
        Assert.Equal((1, listed, null), (result.Deployments.Length, result.ConfirmedAt, result.Unavailable));
        Assert.NotNull(result.ClockOffset);

        api.Send(Bookmark.TrimEnd());
        await Wait.UntilAsync(async () => (await ReadAsync()).ConfirmedAt == listed + Duration.FromSeconds(10), "the bookmark to confirm it");

        // A connection that died in silence.
        await AdvanceUntilAsync(() => api.Watches.Count == 2);
        Assert.Equal("150", api.Watches[1]);
        Assert.Equal(requests + 1, api.Count);
    }

    [Fact]
    public async Task Reads_ask_the_server_when_nobody_listens()
    {
        var first = await ReadAsync();
        Assert.True(first.Unavailable is null, first.Unavailable);
        Assert.Equal((1, Now), (first.Deployments.Length, first.ConfirmedAt));
        time.Advance(TimeSpan.FromMinutes(1));
        Step(() => model.Edit(1, "ci"), model.Sync);
        var second = await ReadAsync();
        Assert.Equal((2, Now), (second.Deployments.Length, second.ConfirmedAt));

        // While the server restarts, what is known is as old as it is.
        time.Advance(TimeSpan.FromMinutes(1));
        api.ListStatus = 503;
        var third = await ReadAsync();
        Assert.Equal(second, third with { Deployments = second.Deployments });
        api.ListStatus = 403;
        Assert.Contains("403", (await ReadAsync()).Unavailable, StringComparison.Ordinal);
        Assert.Empty(api.Watches);
    }

    [Fact]
    public async Task What_is_over_long_ago_is_left_out_but_for_the_newest_of_it()
    {
        for (var i = 1; i < 4; i++)
        {
            model.Now += Duration.FromHours(1);
            Step(() => model.Edit(i, "ci"), model.Sync);
        }

        var all = (await ReadAsync()).Deployments;
        Assert.Equal(4, all.Length);
        var some = await History.ReadAsync(new DeploymentHistoryRequest { Target = Target, Since = all[2].StartedAt + Duration.FromSeconds(1) }, TestContext.Current.CancellationToken);
        Assert.Equal(all.Skip(1), some.Deployments);
    }

    private static DeploymentTarget Target => new() { Provider = "kubernetes", Workload = "deployment/web" };

    private FeedRecorder Feed() => new(History, Target, Target with { Workload = "shop/deployment/web" }, Target with { Workload = "deployment/other" });

    private Task<DeploymentHistoryResult> ReadAsync() =>
        History.ReadAsync(new DeploymentHistoryRequest { Target = Target }, TestContext.Current.CancellationToken);

    private void Step(params ReadOnlySpan<Action> steps)
    {
        foreach (var step in steps)
            step();
        api.Workloads["web"] = Object("100");
        foreach (var set in model.ReadObjects())
            api.Revisions[set["metadata"]!["name"]!.GetValue<string>()] = set;
    }

    private JsonObject Object(string version)
    {
        var workload = JsonNode.Parse(model.Read().Json.GetRawText())!.AsObject();
        workload["metadata"]!["resourceVersion"] = version;
        workload["metadata"]!["namespace"] = "shop";
        return workload;
    }

    private void Send(string type, string version) => api.Send(new JsonObject { ["type"] = type, ["object"] = Object(version) }.ToJsonString());

    private Task AdvanceUntilAsync(Func<bool> condition) => Wait.UntilAsync(
        () =>
        {
            if (condition())
                return true;
            time.Advance(TimeSpan.FromMilliseconds(500));
            return false;
        },
        "it, as time goes by");
}
