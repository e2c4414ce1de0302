using System.Globalization;
using SloRollback.Kubernetes.Tests.Documentation;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Rollbacks;

/// <summary>How much a rollback asks of the API server. The numbers are those of the table in docs/kubernetes.md.</summary>
public sealed class CallsTests(SharedCluster cluster)
{
    private const int Most = 3;

    [Theory]
    [InlineData("deployment", "Deployment")]
    [InlineData("statefulset", "StatefulSet")]
    [InlineData("daemonset", "DaemonSet")]
    [InlineData("rollout", "Argo `Rollout`")]
    public async Task Three_calls_after_the_plan_it_is_accepted_and_three_more_for_every_conflict(string kind, string written)
    {
        var (planned, calls) = await MeasureAsync(kind, conflicts: 0);
        var (_, withConflict) = await MeasureAsync(kind, conflicts: 1);
        Assert.InRange(calls, 1, Most);
        Assert.Equal(2 * calls, withConflict);
        var row = string.Create(CultureInfo.InvariantCulture, $"| {written} | {planned} | {calls} | {withConflict} |");
        Assert.Contains(row, await File.ReadAllTextAsync(Path.Combine(PublishedManifests.Root, "docs", "kubernetes.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private async Task<(int Planned, int Calls)> MeasureAsync(string kind, int conflicts)
    {
        if (kind != "rollout")
        {
            await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
            return await MeasureAsync(stage, conflicts);
        }

        await using var space = await cluster.CreateNamespaceAsync(needsOurOwn: true);
        await using var rollout = await ArgoRollouts.CreateAsync(space, "app:v1");
        await using var controller = ArgoRollouts.Control(space);
        await Wait.UntilAsync(async () => (await rollout.ReadAsync()).IsObserved, "version 1");
        await rollout.DeployAsync("app:v2");
        await Wait.UntilAsync(async () => (await rollout.ReadAsync()).IsObserved && (await rollout.RevisionsAsync()).Length == 2, "version 2");
        return await MeasureAsync(rollout, conflicts);
    }

    private static async Task<(int Planned, int Calls)> MeasureAsync(Stage stage, int conflicts)
    {
        var request = await stage.RequestAsync();
        stage.Interceptor.Requests.Clear();
        request = await stage.PlannedAsync(request);
        var planned = stage.Interceptor.Requests.Count;

        stage.Interceptor.Requests.Clear();
        var accepted = 0;
        var left = conflicts;
        stage.Interceptor.Before = async r =>
        {
            if (r.IsRollback && left-- > 0)
                await stage.MergeAsync("""{"metadata":{"annotations":{"note":"somebody else's"}}}""");
            return null;
        };
        stage.Interceptor.After = (r, answer) =>
        {
            if (r.IsRollback && answer.IsSuccessStatusCode)
                accepted = stage.Interceptor.Requests.Count;
            return answer;
        };
        var result = await stage.RollBackAsync(request);
        Assert.True(result.Status == RollbackResultStatus.Applied, result.Detail);
        Assert.Equal(conflicts, stage.Interceptor.Conflicts);
        return (planned, accepted);
    }
}
