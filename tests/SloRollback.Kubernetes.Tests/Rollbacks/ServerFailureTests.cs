using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Rollbacks;

/// <summary>What the API server's failures are answered with: refused where nothing changed and nothing would, transient where a retry may work.</summary>
public sealed class ServerFailureTests(SharedCluster cluster)
{
    private const string Secret = "s3cret-value";

    [Theory]
    [InlineData(400, "BadRequest", RollbackResultStatus.Refused, false)]
    [InlineData(401, "Unauthorized", RollbackResultStatus.Refused, false)]
    [InlineData(403, "Forbidden", RollbackResultStatus.Refused, false)]
    [InlineData(404, "NotFound", RollbackResultStatus.Refused, false)]
    [InlineData(409, "AlreadyExists", RollbackResultStatus.Failed, true)]
    [InlineData(415, "UnsupportedMediaType", RollbackResultStatus.Refused, false)]
    [InlineData(422, "Invalid", RollbackResultStatus.Refused, false)]
    [InlineData(429, "TooManyRequests", RollbackResultStatus.Failed, true)]
    [InlineData(500, "InternalError", RollbackResultStatus.Failed, true)]
    [InlineData(503, "ServiceUnavailable", RollbackResultStatus.Failed, true)]
    [InlineData(504, "Timeout", RollbackResultStatus.Failed, true)]
    public async Task The_answer_to_the_patch_decides(int code, string reason, RollbackResultStatus expected, bool isTransient)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "daemonset");
        var request = await stage.PlannedAsync();
        stage.Interceptor.Before = r => Task.FromResult(r.IsRollback
            ? Interceptor.Status(code, reason, $"the value was {Secret}", """{"field":"spec.template.spec.containers[0].image","message":"Required value"}""")
            : null);
        var result = await stage.RollBackAsync(request);
        Assert.Equal((expected, isTransient), (result.Status, result.IsTransient));
        Assert.Equal($"the API server answered {code} {reason}: spec.template.spec.containers[0].image", result.Detail);
        Assert.Equal(1, stage.Interceptor.Requests.Count(r => r.IsRollback));
    }

    [Fact]
    public async Task A_template_that_the_server_no_longer_takes_is_refused_with_its_fields()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.RequestAsync();
        stage.Interceptor.After = (r, answer) => r.Path.Contains("/replicasets", StringComparison.Ordinal)
            ? Interceptor.Answer(200, PlanTests.Text(answer).Replace("\"image\":\"app:v1\",", "", StringComparison.Ordinal))
            : answer;
        var plan = await stage.PlanAsync(request);
        Assert.Equal(
            (false, HoldReason.Unknown, "the API server answered 422 Invalid: spec.template.spec.containers[0].image"),
            (plan.IsPossible, plan.Refusal, plan.Summary));
    }

    [Fact]
    public async Task A_plain_text_answer_and_none_at_all_are_told_without_their_text()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "daemonset", o => o.Timeout = TimeSpan.FromMilliseconds(500));
        var request = await stage.PlannedAsync();
        stage.Interceptor.Before = r => Task.FromResult(r.IsRollback ? Interceptor.Answer(404, $"page not found {Secret}", "text/plain") : null);
        var result = await stage.RollBackAsync(request);
        Assert.Equal((RollbackResultStatus.Refused, "the API server answered 404"), (result.Status, result.Detail));

        stage.Interceptor.Before = r => r.IsRollback ? throw new HttpRequestException("connection reset") : Task.FromResult<HttpResponseMessage?>(null);
        result = await stage.RollBackAsync(request);
        Assert.Equal((RollbackResultStatus.Failed, true, "the API server cannot be reached: connection reset"), (result.Status, result.IsTransient, result.Detail));

        stage.Interceptor.Before = async r =>
        {
            if (r.IsRollback)
                await Task.Delay(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(2)).ContinueWith(_ => { }, TaskScheduler.Default);
            return null;
        };
        result = await stage.RollBackAsync(request);
        Assert.Equal((RollbackResultStatus.Failed, true), (result.Status, result.IsTransient));
    }

    [Fact]
    public async Task An_answer_that_was_lost_was_applied_all_the_same_and_is_not_applied_twice()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.PlannedAsync();
        stage.Interceptor.After = (r, answer) => r.IsRollback ? throw new HttpRequestException("connection reset") : answer;
        Assert.True((await stage.RollBackAsync(request)).IsTransient);
        stage.Interceptor.After = (_, answer) => answer;
        await stage.UntilAsync(request, RollbackProgressStatus.Completed);
        Assert.Equal("it was applied before", (await stage.RollBackAsync(request)).Detail);
    }

    [Fact]
    public async Task The_missing_right_is_named()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.PlannedAsync();
        await using var limited = stage.WithOptions(_ => { }, isLimited: true);

        // Nothing is allowed, then reading, then all that it takes.
        var none = await limited.PlanAsync(request);
        Assert.False(none.IsPossible);
        Assert.Contains("User \"limited\" cannot get resource \"deployments\" in API group \"apps\"", none.Summary.Replace("\\", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var refused = await limited.RollBackAsync(request);
        Assert.Equal((RollbackResultStatus.Refused, false), (refused.Status, refused.IsTransient));
        Assert.Contains("403 Forbidden", refused.Detail, StringComparison.Ordinal);

        await GrantAsync(limited, "get", "list");
        Assert.Contains($"the right to patch deployments.apps in the namespace {limited.Space.Name} is missing", (await UntilAsync(limited, request, "patch")).Summary, StringComparison.Ordinal);
        Assert.Contains("cannot patch resource", (await limited.RollBackAsync(request)).Detail, StringComparison.Ordinal);

        await GrantAsync(limited, "get", "list", "patch");
        await Wait.UntilAsync(async () => (await limited.PlanAsync(request)).IsPossible, "the right to patch");
        Assert.Contains("PodDisruptionBudgets could not be read", (await limited.PlanAsync(request)).Summary, StringComparison.Ordinal);
        Assert.Equal(RollbackResultStatus.Applied, (await limited.RollBackAsync(request)).Status);
    }

    [Fact]
    public async Task A_wrong_token_is_401_and_a_dead_server_is_transient()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.PlannedAsync();
        var wrong = Path.GetTempFileName();
        var token = KubernetesClientConfiguration.BuildConfigFromConfigFile(stage.Space.Kubeconfig).AccessToken;
        await File.WriteAllTextAsync(wrong, (await File.ReadAllTextAsync(stage.Space.Kubeconfig)).Replace(token, "nobody", StringComparison.Ordinal));
        await using (var stranger = stage.WithOptions(o => o.Kubeconfig = wrong))
            Assert.Contains("401 Unauthorized", (await stranger.RollBackAsync(request)).Detail, StringComparison.Ordinal);

        // The client wants credentials of some sort: a server is never asked without.
        await File.WriteAllTextAsync(wrong, (await File.ReadAllTextAsync(stage.Space.Kubeconfig)).Replace($"{{token: \"{token}\"}}", "{}", StringComparison.Ordinal));
        await using (var anonymous = stage.WithOptions(o => o.Kubeconfig = wrong))
            Assert.Contains("cannot be reached as configured", (await anonymous.RollBackAsync(request)).Detail, StringComparison.Ordinal);

        await File.WriteAllTextAsync(wrong, (await File.ReadAllTextAsync(stage.Space.Kubeconfig)).Replace($":{stage.Space.Kube.BaseUri.Port}", ":1", StringComparison.Ordinal));
        await using (var alone = stage.WithOptions(o => o.Kubeconfig = wrong))
        {
            var result = await alone.RollBackAsync(request);
            Assert.True(result.IsTransient, result.Detail);
            Assert.Equal(RollbackProgressStatus.Unknown, (await alone.ProgressAsync(request)).Status);
            Assert.Equal(HoldReason.Unknown, (await alone.PlanAsync(request)).Refusal);
        }

        File.Delete(wrong);
    }

    [Fact]
    public async Task A_webhook_that_is_down_is_transient()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.PlannedAsync();
        await Webhook.RegisterAsync(stage.Space);
        try
        {
            await Wait.UntilAsync(async () => !(await stage.PlanAsync(request)).IsPossible, "the webhook is in force");
            var result = await stage.RollBackAsync(request);
            Assert.Equal((RollbackResultStatus.Failed, true), (result.Status, result.IsTransient));
            Assert.Contains("500 InternalError", result.Detail, StringComparison.Ordinal);
        }
        finally
        {
            await Webhook.UnregisterAsync(stage.Space);
        }
    }

    [Fact]
    public async Task A_webhook_that_denies_is_refused_at_the_plan_and_at_the_patch_without_its_words()
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "deployment");
        var request = await stage.PlannedAsync();
        var before = (await stage.ReadAsync()).Template!.Value.GetRawText();
        await using var webhook = await Webhook.StartAsync(stage.Space);
        webhook.Response = $$"""
            "allowed":false,"status":{"message":"{{Secret}}"}
            """.Trim();
        RollbackPlan plan = new();
        await Wait.UntilAsync(async () => !(plan = await stage.PlanAsync(request)).IsPossible, "the webhook is in force");
        Assert.Equal((HoldReason.Unknown, "the API server answered 400"), (plan.Refusal, plan.Summary));
        var result = await stage.RollBackAsync(request);
        Assert.Equal((RollbackResultStatus.Refused, false, "the API server answered 400"), (result.Status, result.IsTransient, result.Detail));
        Assert.Equal(before, (await stage.ReadAsync()).Template!.Value.GetRawText());

        // With a code of its own, and once it allows again.
        webhook.Response = $$"""
            "allowed":false,"status":{"code":503,"message":"{{Secret}}"}
            """.Trim();
        result = await stage.RollBackAsync(request);
        Assert.Equal((RollbackResultStatus.Failed, true), (result.Status, result.IsTransient));
        webhook.Response = "\"allowed\":true";
        Assert.Equal(RollbackResultStatus.Applied, (await stage.RollBackAsync(request)).Status);
    }

    /// <summary>No scripted answers: the patch is spoilt on its way, and the real server says what it says.</summary>
    [Theory]
    [InlineData("text/plain", null, RollbackResultStatus.Refused, false, "415 UnsupportedMediaType")]
    [InlineData(RawApi.Merge, "{\"metadata\":", RollbackResultStatus.Failed, true, "500")]
    [InlineData(RawApi.Merge, "{\"metadata\":{\"uid\":\"00000000-0000-0000-0000-000000000000\"}}", RollbackResultStatus.Refused, false, "422 Invalid: metadata.uid")]
    [InlineData(RawApi.JsonPatch, "[{\"op\":\"remove\",\"path\":\"/metadata/labels/never\"}]", RollbackResultStatus.Refused, false, "422 Invalid")]
    [InlineData(RawApi.Apply, "{\"apiVersion\":\"apps/v1\",\"kind\":\"DaemonSet\",\"metadata\":{\"name\":\"web\"},\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"app\",\"image\":\"app:s3cret-value\"}]}}}}", RollbackResultStatus.Failed, true, "409 Conflict: .spec.template.spec.containers[name=\"app\"].image")]
    public async Task A_patch_that_the_real_server_does_not_take_changes_nothing(string type, string? body, RollbackResultStatus expected, bool isTransient, string words)
    {
        await using var stage = await Stage.WithTwoVersionsAsync(cluster, "daemonset", o => o.MaximumRetries = 1);
        var request = await stage.PlannedAsync();
        var before = await stage.ReadAsync();
        stage.Interceptor.Change = (seen, message) =>
        {
            if (seen.IsRollback)
                message.Content = new StringContent(body ?? seen.Body, System.Text.Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue(type));
        };
        var result = await stage.RollBackAsync(request);
        Assert.Equal((expected, isTransient), (result.Status, result.IsTransient));
        Assert.Contains($"the API server answered {words}", result.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", result.Detail, StringComparison.Ordinal);
        Assert.Equal(before.ResourceVersion, (await stage.ReadAsync()).ResourceVersion);
    }

    private static async Task<RollbackPlan> UntilAsync(Stage stage, RollbackRequest request, string word)
    {
        RollbackPlan plan = new();
        await Wait.UntilAsync(async () => (plan = await stage.PlanAsync(request)).Summary.Contains(word, StringComparison.Ordinal), () => $"{word} in: {plan.Summary}");
        return plan;
    }

    private static async Task GrantAsync(Stage stage, params string[] verbs)
    {
        var role = new V1Role
        {
            Metadata = new V1ObjectMeta { Name = "limited" },
            Rules = [new V1PolicyRule { ApiGroups = ["apps"], Resources = ["deployments", "replicasets"], Verbs = verbs }],
        };
        try
        {
            await stage.Space.Kube.RbacAuthorizationV1.CreateNamespacedRoleAsync(role, stage.Space.Name);
            await stage.Space.CreateAsync("rolebindings", JsonNode.Parse("""
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"limited"},
                 "subjects":[{"kind":"User","name":"limited","apiGroup":"rbac.authorization.k8s.io"}],"roleRef":{"kind":"Role","name":"limited","apiGroup":"rbac.authorization.k8s.io"}}
                """)!.AsObject(), "rbac.authorization.k8s.io");
        }
        catch (k8s.Autorest.HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.Conflict)
        {
            await stage.Space.Kube.RbacAuthorizationV1.ReplaceNamespacedRoleAsync(role, "limited", stage.Space.Name);
        }
    }
}
