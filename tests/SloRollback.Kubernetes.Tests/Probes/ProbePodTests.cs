using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Probes;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Probes;

/// <summary>What the manifest of a probe says.</summary>
public sealed class ProbePodTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 1, 12, 0);

    [Fact]
    public void Fields_that_the_client_does_not_know_survive_and_marks_of_controllers_do_not()
    {
        var template = Manifests.Of("deployment", "app:v1")["spec"]!["template"]!.AsObject();
        template["spec"]!["fieldOfTomorrow"] = new JsonObject { ["a"] = 1 };
        template["metadata"]!["labels"]!["pod-template-hash"] = "abc";
        template["metadata"]!["annotations"] = new JsonObject { ["scrape"] = "true" };
        var pod = Write("deployment", template, TimeSpan.FromMinutes(10));

        Assert.Equal(1, (int)pod["spec"]!["fieldOfTomorrow"]!["a"]!);
        Assert.Equal(["app", "slorollback.io/probe"], pod["metadata"]!["labels"]!.AsObject().Select(l => l.Key).Order());
        Assert.Equal("true", (string?)pod["metadata"]!["annotations"]!["scrape"]);
        Assert.Equal("2026-03-01T12:10:00Z", (string?)pod["metadata"]!["annotations"]!["slorollback.io/probe-deadline"]);
        Assert.Equal("""[{"apiVersion":"apps/v1","kind":"Deployment","name":"web","uid":"u"}]""", pod["metadata"]!["ownerReferences"]!.ToJsonString());
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(90, 90)]
    [InlineData(86400, 3600)]
    public void It_lives_for_a_minute_to_an_hour(int asked, int given) =>
        Assert.Equal(given, (int)Write("deployment", null, TimeSpan.FromSeconds(asked))["spec"]!["activeDeadlineSeconds"]!);

    [Fact]
    public void It_has_the_name_of_its_rollback_which_no_stateful_set_takes_for_a_pod_of_its_own()
    {
        Assert.Equal("web-0000000000000001-probe", (string?)Write("statefulset", null, TimeSpan.FromMinutes(1))["metadata"]!["name"]);
        var name = (string?)Write("deployment", null, TimeSpan.FromMinutes(1), new string('a', 39) + "-b." + new string('c', 100))["metadata"]!["name"];
        Assert.Equal(new string('a', 39) + "-0000000000000001-probe", name);
    }

    private static JsonObject Write(string kind, JsonObject? template, TimeSpan length, string name = "web")
    {
        var manifest = Manifests.Of(kind, "app:v1");
        manifest["metadata"]!["name"] = name;
        manifest["metadata"]!["uid"] = "u";
        var workload = new WorkloadObject(WorkloadKind.All.First(k => k.Name == (string?)manifest["kind"]), JsonSerializer.SerializeToElement(manifest));
        var json = JsonSerializer.SerializeToElement(template ?? manifest["spec"]!["template"]!);
        var revision = new WorkloadRevision { Uid = "r", Name = $"{name}-abc", Hash = "abc", Number = 1, Template = PodTemplate.Of(json, workload.Kind), Json = json };
        var request = new ProbeRequest
        {
            Id = new RollbackId("rb-0000000000000001"),
            Target = new DeploymentTarget { Provider = "kubernetes", Workload = $"{kind}/web" },
            Revision = revision.ToRevision(),
            TimeToLive = Duration.FromTimeSpan(length),
        };
        return JsonNode.Parse(ProbePod.Write(workload, revision, request, Now))!.AsObject();
    }
}
