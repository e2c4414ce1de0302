using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SloRollback.Kubernetes.Clusters;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Tests.Rollbacks;

/// <summary>What a plan tells, and what it must not tell.</summary>
public sealed class PlanTests(SharedCluster cluster)
{
    [Fact]
    public async Task The_difference_is_told_and_values_of_variables_are_not()
    {
        await using var stage = await Stage.CreateAsync(cluster, Manifests.Of("deployment", "app:v1"));
        await stage.ServedAsync("app:v1");
        await stage.MergeAsync("""
            {"spec":{"template":{"metadata":{"labels":{"tier":"s3cret-label"}},"spec":{"containers":[{"name":"app","image":"app:v2","args":["--password=s3cret-arg"],
            "env":[{"name":"PASSWORD","value":"s3cret-value"}],"resources":{"requests":{"cpu":"250m"},"limits":{"memory":"1Gi"}}}]}}}}
            """);
        await stage.ServedAsync("app:v2");
        var plan = await stage.PlanAsync(await stage.RequestAsync());
        Assert.True(plan.IsPossible, plan.Summary);
        Assert.DoesNotContain("s3cret", plan.Summary + plan.WorkloadIdentity, StringComparison.Ordinal);
        Assert.All(
            (string[])
            [
                "container app: image app:v2 → app:v1", "container app: resources requests.cpu 250m → 100m", "container app: resources limits.memory 1Gi → none",
                "container app: args changes", "metadata.labels.tier changes", "3 of 3 pods are available",
            ],
            line => Assert.Contains(line, plan.Summary, StringComparison.Ordinal));
        Assert.Matches("container app: env PASSWORD #[0-9a-f]{8} → none", plan.Summary);
    }

    [Fact]
    public async Task A_plan_is_the_same_while_the_workload_is_and_has_no_effect()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.RequestAsync();
        var before = await stage.ReadAsync();
        var plan = await stage.PlanAsync(request);
        await stage.MergeAsync("""{"metadata":{"annotations":{"note":"seen"}},"spec":{"replicas":2}}""");
        await stage.ServedAsync("app:v2");
        var again = await stage.PlanAsync(request);
        Assert.Equal(plan.WorkloadIdentity, again.WorkloadIdentity);
        Assert.All(stage.Interceptor.Requests, r => Assert.True(r.Method is "GET" || r.Path.Contains("selfsubjectaccessreviews", StringComparison.Ordinal) || r.Path.Contains("dryRun=All", StringComparison.Ordinal), $"{r.Method} {r.Path}"));
        Assert.Equal(before.Template!.Value.GetRawText(), (await stage.ReadAsync()).Template!.Value.GetRawText());
        Assert.Null((await stage.ReadAsync()).Annotation("slorollback.io/rollback-id"));
    }

    [Theory]
    [MemberData(nameof(RollbackTests.Kinds), MemberType = typeof(RollbackTests))]
    public async Task A_rollback_of_the_workload_that_this_process_runs_in_says_so(string kind)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, kind);
        var request = await stage.RequestAsync();
        Assert.False((await stage.PlanAsync(request)).EndsOwnProcess);
        var pod = (await stage.PodsAsync()).First(p => p.Metadata.DeletionTimestamp is null);
        await using var inside = stage.WithOptions(_ => { }, services: s => s.AddSingleton(new OwnPod(stage.Space.Name, pod.Metadata.Name)));
        Assert.True((await inside.PlanAsync(request)).EndsOwnProcess);
        await using var beside = stage.WithOptions(_ => { }, services: s => s.AddSingleton(new OwnPod(stage.Space.Name, "engine-0")));
        Assert.False((await beside.PlanAsync(request)).EndsOwnProcess);
    }

    [Fact]
    public async Task A_field_that_no_model_knows_comes_back()
    {
        // A newer server's; this one would drop it.
        const string Future = """
            "aFieldOfTheFuture":{"deep":[1,2.50,null,"ü<&"]}
            """;
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        stage.Interceptor.After = (r, answer) => r.Path.Contains("/replicasets", StringComparison.Ordinal)
            ? Interceptor.Answer(200, Text(answer).Replace("\"dnsPolicy\":", $"{Future.Trim()},\"dnsPolicy\":", StringComparison.Ordinal))
            : answer;
        var request = await stage.PlannedAsync();
        await stage.RollBackAsync(request);
        var patch = JsonSerializer.Deserialize<JsonElement>(stage.Interceptor.Requests.Single(r => r.IsRollback).Body);
        var template = patch.EnumerateArray().Single(o => o.Text("path") == "/spec/template").GetProperty("value");
        Assert.True(JsonElement.DeepEquals(
            JsonSerializer.Deserialize<JsonElement>($"{{{Future}}}").GetProperty("aFieldOfTheFuture"),
            template.GetProperty("spec").GetProperty("aFieldOfTheFuture")));
    }

    internal static string Text(HttpResponseMessage answer)
    {
        using var reader = new StreamReader(answer.Content.ReadAsStream());
        return reader.ReadToEnd();
    }
}
