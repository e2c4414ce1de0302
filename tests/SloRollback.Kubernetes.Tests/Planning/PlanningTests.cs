using System.Globalization;
using System.Text.Json;
using k8s.Models;
using SloRollback.Kubernetes.Api;
using SloRollback.Kubernetes.Planning;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Tests.Planning;

/// <summary>The pure parts of a plan.</summary>
public sealed class PlanningTests
{
    [SeedProperty(MaxTest = 1000)]
    public void Amounts_are_read_as_the_client_reads_them(int seed)
    {
        var random = new Random(seed);
        string[] suffixes = ["", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti", "u", "n", "e2", "E"];
        var suffix = suffixes[random.Next(suffixes.Length)];
        var number = suffix is "n" or "u" ? random.Next(1000) * 1000 : random.Next(1000);
        var text = string.Create(CultureInfo.InvariantCulture, $"{number}{suffix}");
        Assert.Equal(new ResourceQuantity(text).ToDecimal(), Quantity.Parse(text));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("", 0)]
    [InlineData("nonsense", 0)]
    [InlineData("1.5Gi", 1610612736)]
    [InlineData("0.5", 0.5)]
    public void Amounts(string? text, double expected) => Assert.Equal((decimal)expected, Quantity.Parse(text));

    [Theory]
    [InlineData("Deployment", """{"replicas":4,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"}}}""", 1, 1)]
    [InlineData("Deployment", """{"replicas":3,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"}}}""", 0, 1)]
    [InlineData("Deployment", """{"replicas":3,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":0,"maxUnavailable":2}}}""", 2, 0)]
    [InlineData("Deployment", """{"replicas":3,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":0,"maxUnavailable":"10%"}}}""", 1, 0)]
    [InlineData("Deployment", """{"replicas":3,"strategy":{"type":"Recreate"}}""", 3, 0)]
    [InlineData("Deployment", """{"replicas":10}""", 2, 3)]
    [InlineData("StatefulSet", """{"replicas":3}""", 1, 0)]
    [InlineData("StatefulSet", """{"replicas":0}""", 0, 0)]
    [InlineData("DaemonSet", """{"updateStrategy":{"rollingUpdate":{"maxUnavailable":"50%"}}}""", 3, 0)]
    [InlineData("Rollout", """{"replicas":4,"strategy":{"blueGreen":{}}}""", 0, 4)]
    [InlineData("Rollout", """{"replicas":4,"strategy":{"canary":{"maxSurge":1,"maxUnavailable":0}}}""", 0, 1)]
    public void Steps_of_a_rollout(string kind, string spec, int unavailable, int surge) => Assert.Equal(
        new RolloutSteps(unavailable, surge),
        RolloutSteps.Of(new WorkloadObject(
            WorkloadKind.All.First(k => k.Name == kind),
            Parse($$$"""{"spec":{{{spec}}},"status":{"desiredNumberScheduled":5}}"""))));

    [Theory]
    [InlineData("pods", "4", "3", true)]
    [InlineData("pods", "3", "3", false)]
    [InlineData("requests.cpu", "500m", "300m", true)]
    [InlineData("cpu", "500m", "301m", false)]
    [InlineData("limits.memory", "1Gi", "1Gi", true)]
    [InlineData("count/configmaps", "1", "1", true)]
    public void A_quota_has_room_for_one_more_pod_or_not(string resource, string hard, string used, bool hasRoom)
    {
        var template = Parse("""{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"app","resources":{"requests":{"cpu":"100m"}}},{"name":"side","resources":{"requests":{"cpu":"100m"}}}],"initContainers":[{"name":"init","resources":{"requests":{"cpu":"150m"}}}]}}""");
        var pod = PodTemplate.Of(template, WorkloadKind.Deployment);
        var workload = new WorkloadObject(WorkloadKind.Deployment, Parse("""{"spec":{"replicas":3,"strategy":{"rollingUpdate":{"maxSurge":1,"maxUnavailable":0}}}}"""));
        var quota = Parse($$$"""{"metadata":{"name":"q"},"status":{"hard":{"{{{resource}}}":"{{{hard}}}"},"used":{"{{{resource}}}":"{{{used}}}"} } }""");
        Assert.Equal(hasRoom, Capacity.Problem(workload, pod, pod, new CapacityFacts([], [quota], [])) is null);

        // A strategy that takes old pods away first makes its own room.
        var frugal = new WorkloadObject(WorkloadKind.Deployment, Parse("""{"spec":{"replicas":3,"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}"""));
        Assert.Null(Capacity.Problem(frugal, pod, pod, new CapacityFacts([], [quota], [])));
    }

    [Theory]
    [InlineData(3, 3, "web", false)]
    [InlineData(2, 3, "web", true)]
    [InlineData(3, 2, "web", true)]
    [InlineData(3, 3, "other", true)]
    public void A_budget_that_is_broken_already_or_of_others_is_no_reason(int desired, int healthy, string app, bool isFine)
    {
        var pod = PodTemplate.Of(Parse("""{"metadata":{"labels":{"app":"web"}}}"""), WorkloadKind.StatefulSet);
        var workload = new WorkloadObject(WorkloadKind.StatefulSet, Parse("""{"spec":{"replicas":3,"template":{"metadata":{"labels":{"app":"web"}}}}}"""));
        var budget = Parse($$$"""{"metadata":{"name":"b"},"spec":{"selector":{"matchLabels":{"app":"{{{app}}}"} } },"status":{"desiredHealthy":{{{desired}}},"currentHealthy":{{{healthy}}} } }""");
        Assert.Equal(isFine, Capacity.Problem(workload, pod, pod, new CapacityFacts([budget], [], [])) is null);
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"matchLabels":{"app":"web"}}""", true)]
    [InlineData("""{"matchExpressions":[{"key":"app","operator":"In","values":["web","api"]}]}""", true)]
    [InlineData("""{"matchLabels":{"app":"web"},"matchExpressions":[{"key":"app","operator":"NotIn","values":["web"]}]}""", false)]
    [InlineData("""{"matchExpressions":[{"key":"tier","operator":"NotIn","values":["web"]},{"key":"tier","operator":"DoesNotExist"},{"key":"app","operator":"Exists"}]}""", true)]
    [InlineData("""{"matchExpressions":[{"key":"tier","operator":"Exists"}]}""", false)]
    public void A_budget_counts_where_its_selector_finds_the_pods(string selector, bool counts)
    {
        var pod = PodTemplate.Of(Parse("""{"metadata":{"labels":{"app":"web"}}}"""), WorkloadKind.StatefulSet);
        var workload = new WorkloadObject(WorkloadKind.StatefulSet, Parse("""{"spec":{"replicas":3,"template":{"metadata":{"labels":{"app":"web"}}}}}"""));
        var budget = Parse($$$"""{"metadata":{"name":"b"},"spec":{"selector":{{{selector}}} },"status":{"desiredHealthy":3,"currentHealthy":3} }""");
        Assert.Equal(counts, Capacity.Problem(workload, pod, pod, new CapacityFacts([budget], [], [])) is not null);
    }

    [Theory]
    [InlineData(400, """{"kind":"Status","message":"admission webhook \"x\" denied the request: s3cret"}""", "the API server answered 400", false)]
    [InlineData(404, "404 page not found\n", "the API server answered 404", false)]
    [InlineData(409, """{"kind":"Status","reason":"Conflict","message":"s3cret","details":{"causes":[{"reason":"FieldManagerConflict","field":".spec.template"}]}}""", "the API server answered 409 Conflict: .spec.template", true)]
    [InlineData(403, """{"reason":"Forbidden","message":"pods \"a\" is forbidden: exceeded quota: q, requested: pods=1"}""", "the API server answered 403 Forbidden: pods \"a\" is forbidden: exceeded quota: q, requested: pods=1", false)]
    [InlineData(403, """{"reason":"Forbidden","message":"s3cret denied by policy"}""", "the API server answered 403 Forbidden", false)]
    [InlineData(429, "", "the API server answered 429", true)]
    [InlineData(500, "[1]", "the API server answered 500", true)]
    public void A_failure_tells_what_holds_no_secrets(int code, string body, string expected, bool isTransient)
    {
        var failure = ApiFailure.Of(code, body);
        Assert.Equal((expected, isTransient), (failure.Detail, failure.IsTransient));
    }

    [Fact]
    public void Selectors_are_written_as_requests_want_them() => Assert.Equal(
        "app=web,tier in (a,b),!old,zone,x notin (y)",
        new WorkloadObject(WorkloadKind.Deployment, Parse("""
            {"spec":{"selector":{"matchLabels":{"app":"web"},"matchExpressions":[{"key":"tier","operator":"In","values":["a","b"]},{"key":"old","operator":"DoesNotExist"},
             {"key":"zone","operator":"Exists"},{"key":"x","operator":"NotIn","values":["y"]}]}}}
            """)).Selector);

    private static JsonElement Parse(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
