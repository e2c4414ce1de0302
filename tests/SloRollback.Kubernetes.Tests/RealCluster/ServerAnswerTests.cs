using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using SloRollback.Kubernetes.Tests.Support;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>How the API server answers what cannot be done, and what this package reads in the answer. Nothing here is scripted.</summary>
public sealed class ServerAnswerTests(SharedCluster cluster)
{
    [Theory]
    [InlineData("PUT", "application/json")]
    [InlineData("PATCH", RawApi.Merge)]
    [InlineData("PATCH", RawApi.Strategic)]
    [InlineData("PATCH", RawApi.JsonPatch)]
    public async Task A_write_to_an_object_that_was_changed_since_is_a_conflict(string method, string type)
    {
        await using var space = await DeployedAsync();
        var read = await space.GetAsync("deployments", Stage.Name);
        var version = read["metadata"]!["resourceVersion"]!.ToString();
        await space.MergeAsync("deployments", Stage.Name, """{"metadata":{"annotations":{"note":"faster"}}}""");
        var body = type switch
        {
            RawApi.JsonPatch => $$"""[{"op":"replace","path":"/metadata/resourceVersion","value":"{{version}}"},{"op":"add","path":"/metadata/labels/late","value":"yes"}]""",
            "application/json" => Late(read).ToJsonString(),
            _ => $$$"""{"metadata":{"resourceVersion":"{{{version}}}","labels":{"late":"yes"} } }""",
        };
        var answer = await RawApi.SendAsync(space, method, body, type);
        Assert.Equal((409, "Conflict"), (answer.Code, answer.Reason));
        Assert.Contains("the object has been modified", answer.Message, StringComparison.Ordinal);
        Assert.True(answer.Read is { IsConflict: true, IsTransient: true });
        Assert.Null((await space.GetAsync("deployments", Stage.Name))["metadata"]!["labels"]!["late"]);
    }

    [Fact]
    public async Task A_failed_test_and_a_missing_path_of_a_JSON_patch_cannot_be_told_apart()
    {
        await using var space = await DeployedAsync();
        var test = await RawApi.SendAsync(space, "PATCH", """[{"op":"test","path":"/metadata/resourceVersion","value":"1"}]""", RawApi.JsonPatch);
        var remove = await RawApi.SendAsync(space, "PATCH", """[{"op":"remove","path":"/metadata/labels/never"}]""", RawApi.JsonPatch);
        foreach (var answer in (RawAnswer[])[test, remove])
        {
            Assert.Equal((422, "Invalid"), (answer.Code, answer.Reason));
            Assert.Empty(answer.Causes);
            Assert.False(answer.Read is { IsTransient: true } or { IsConflict: true });
        }

        Assert.Equal(remove.Read, test.Read);
    }

    [Fact]
    public async Task A_uid_of_another_object_is_noticed_by_patch_and_deletion()
    {
        await using var space = await DeployedAsync();
        var patched = await RawApi.SendAsync(space, "PATCH", """{"metadata":{"uid":"00000000-0000-0000-0000-000000000000","labels":{"late":"yes"}}}""", RawApi.Merge);
        Assert.Equal((422, "Invalid", false), (patched.Code, patched.Reason, patched.Read.IsTransient));
        Assert.Contains("metadata.uid", patched.Read.Detail, StringComparison.Ordinal);

        var deleted = await RawApi.SendAsync(space, "DELETE", """{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"00000000-0000-0000-0000-000000000000"}}""");
        Assert.Equal((409, "Conflict"), (deleted.Code, deleted.Reason));
        Assert.Null((await space.GetAsync("deployments", Stage.Name))["metadata"]!["labels"]!["late"]);
    }

    [Fact]
    public async Task Who_may_not_is_told_what()
    {
        await using var space = await DeployedAsync();
        var path = $"apis/apps/v1/namespaces/{space.Name}/deployments/{Stage.Name}";
        var token = KubernetesClientConfiguration.BuildConfigFromConfigFile(space.LimitedKubeconfig).AccessToken;
        var limited = await RawApi.SendToAsync(space, "GET", path, body: null, token: token);
        Assert.Equal((403, "Forbidden"), (limited.Code, limited.Reason));
        Assert.Contains($"User \"limited\" cannot get resource \"deployments\" in API group \"apps\" in the namespace \"{space.Name}\"", limited.Read.Detail, StringComparison.Ordinal);

        var stranger = await RawApi.SendToAsync(space, "GET", path, body: null, token: "nobody's");
        Assert.Equal((401, "Unauthorized", false), (stranger.Code, stranger.Reason, stranger.Read.IsTransient));
        var nobody = await RawApi.SendToAsync(space, "GET", path, body: null, token: "");
        Assert.Equal((403, "Forbidden", true), (nobody.Code, nobody.Reason, nobody.Read.IsForbidden));
        Assert.Contains("system:anonymous", nobody.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_told_in_JSON_and_a_group_that_is_not_served_in_plain_text()
    {
        await using var space = await DeployedAsync();
        var missing = await RawApi.SendToAsync(space, "GET", $"apis/apps/v1/namespaces/{space.Name}/deployments/other", body: null);
        Assert.Equal((404, "application/json", "NotFound"), (missing.Code, missing.MediaType, missing.Reason));
        var unknown = await RawApi.SendToAsync(space, "GET", $"apis/example.org/v1/namespaces/{space.Name}/things/other", body: null);
        Assert.Equal((404, "text/plain", "the API server answered 404"), (unknown.Code, unknown.MediaType, unknown.Read.Detail));
        Assert.True(missing.Read.IsNotFound && unknown.Read.IsNotFound);
    }

    [Fact]
    public async Task An_invalid_template_is_refused_with_its_fields_and_not_with_their_values()
    {
        await using var space = await DeployedAsync();
        var answer = await RawApi.SendAsync(
            space, "PATCH", """{"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"not a name","value":"s3cret"}]}],"restartPolicy":"s3cret"}}}}""", RawApi.Merge);
        Assert.Equal((422, "Invalid"), (answer.Code, answer.Reason));
        Assert.Contains("FieldValueRequired spec.template.spec.containers[0].image", answer.Causes);
        Assert.Contains("s3cret", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", answer.Read.Detail, StringComparison.Ordinal);
        Assert.Contains("spec.template.spec.containers[0].image", answer.Read.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quota_of_objects_is_403_and_says_so_in_its_text_only()
    {
        await using var space = await DeployedAsync();
        await space.Kube.CoreV1.CreateNamespacedResourceQuotaAsync(
            new V1ResourceQuota { Metadata = new V1ObjectMeta { Name = "one" }, Spec = new V1ResourceQuotaSpec { Hard = new Dictionary<string, ResourceQuantity> { ["count/deployments.apps"] = new("1") } } },
            space.Name);
        await Wait.UntilAsync(
            async () => (await space.Kube.CoreV1.ReadNamespacedResourceQuotaAsync("one", space.Name)).Status?.Used?.TryGetValue("count/deployments.apps", out var used) == true && used.ToString() == "1",
            "the quota is counted");
        var answer = await RawApi.SendToAsync(space, "POST", $"apis/apps/v1/namespaces/{space.Name}/deployments", Manifests.Deployment("second", "app:v1").ToJsonString());
        Assert.Equal((403, "Forbidden", true, false), (answer.Code, answer.Reason, answer.Read.IsQuota, answer.Read.IsTransient));
        Assert.Contains("exceeded quota: one", answer.Read.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_that_denies_without_a_code_is_400_without_a_reason_and_one_that_is_down_is_500()
    {
        await using var space = await DeployedAsync();
        await using (var webhook = await Webhook.StartAsync(space))
        {
            webhook.Response = """
                "allowed":false,"status":{"message":"s3cret"}
                """.Trim();
            RawAnswer answer = new(0, null, "{}");
            await Wait.UntilAsync(async () => (answer = await TouchAsync(space)).Code != 200, "the webhook is in force");
            Assert.Equal((400, null, false), (answer.Code, answer.Reason, answer.Read.IsTransient));
            Assert.Equal("the API server answered 400", answer.Read.Detail);
            Assert.Contains("denied the request: s3cret", answer.Message, StringComparison.Ordinal);
            Assert.True(webhook.Asked > 0);
        }

        await Wait.UntilAsync(async () => (await TouchAsync(space)).Code == 200, "the webhook is gone");
        await Webhook.RegisterAsync(space);
        try
        {
            RawAnswer answer = new(0, null, "{}");
            await Wait.UntilAsync(async () => (answer = await TouchAsync(space)).Code != 200, "the next webhook is in force");
            Assert.Equal((500, "InternalError", true), (answer.Code, answer.Reason, answer.Read.IsTransient));
        }
        finally
        {
            await Webhook.UnregisterAsync(space);
        }
    }

    [Fact]
    public async Task The_fields_of_another_manager_are_a_conflict_with_causes()
    {
        await using var space = await DeployedAsync();
        var manifest = Manifests.Deployment(Stage.Name, "app:v1").ToJsonString();
        await space.Kube.AppsV1.DeleteNamespacedDeploymentAsync(Stage.Name, space.Name);
        Assert.Equal(201, (await ApplyAsync(space, manifest, "first")).Code);
        var answer = await ApplyAsync(space, manifest.Replace("app:v1", "app:v2", StringComparison.Ordinal), "second");
        Assert.Equal((409, "Conflict"), (answer.Code, answer.Reason));
        Assert.Contains("FieldManagerConflict .spec.template.spec.containers[name=\"app\"].image", answer.Causes);
        Assert.Contains("conflict with \"first\"", answer.Message, StringComparison.Ordinal);
        Assert.Contains("containers[name=\"app\"].image", answer.Read.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("app:v", answer.Read.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_media_type_is_415_and_a_broken_merge_patch_an_error_of_the_server()
    {
        await using var space = await DeployedAsync();
        var type = await RawApi.SendAsync(space, "PATCH", "{}", "application/json");
        Assert.Equal((415, "UnsupportedMediaType", false), (type.Code, type.Reason, type.Read.IsTransient));
        var broken = await RawApi.SendAsync(space, "PATCH", """{"metadata":""", RawApi.Merge);

        // Newer servers know better.
        Assert.Contains(broken.Code, (int[])[400, 500]);
        Assert.Equal(broken.Code == 500, broken.Read.IsTransient);
    }

    /// <summary>Removes a member that is not there; <c>add</c> does the same on every server.</summary>
    [Fact]
    public async Task Replacing_a_key_that_is_not_there_depends_on_the_server_and_adding_it_does_not()
    {
        await using var space = await DeployedAsync();
        var replaced = await RawApi.SendAsync(space, "PATCH", """[{"op":"replace","path":"/metadata/labels/never","value":"x"}]""", RawApi.JsonPatch);
        Assert.Contains(replaced.Code, (int[])[200, 422]);
        foreach (var value in (string[])["one", "two"])
        {
            var added = await RawApi.SendAsync(space, "PATCH", $$"""[{"op":"add","path":"/metadata/labels/tier","value":"{{value}}"}]""", RawApi.JsonPatch);
            Assert.Equal(200, added.Code);
            Assert.Equal(value, (await space.GetAsync("deployments", Stage.Name))["metadata"]!["labels"]!["tier"]!.ToString());
        }
    }

    private static JsonObject Late(JsonObject read)
    {
        var copy = read.DeepClone().AsObject();
        copy["metadata"]!["labels"]!["late"] = "yes";
        return copy;
    }

    private static Task<RawAnswer> TouchAsync(TestNamespace space) => RawApi.SendAsync(space, "PATCH", $$$"""{"metadata":{"annotations":{"touched":"{{{Guid.NewGuid()}}}"} } }""", RawApi.Merge);

    private static Task<RawAnswer> ApplyAsync(TestNamespace space, string manifest, string manager) =>
        RawApi.SendToAsync(space, "PATCH", $"apis/apps/v1/namespaces/{space.Name}/deployments/{Stage.Name}?fieldManager={manager}", manifest, RawApi.Apply);

    private async Task<TestNamespace> DeployedAsync()
    {
        var space = await cluster.CreateNamespaceAsync(needsOurOwn: true);

        // Without pods: its controller has nothing to write after the first moment.
        await space.CreateAsync("deployments", Manifests.Deployment(Stage.Name, "app:v1", replicas: 0));
        await Wait.UntilAsync(async () => (await space.GetAsync("deployments", Stage.Name))["status"]?["observedGeneration"] is not null, "the controller");
        return space;
    }
}
