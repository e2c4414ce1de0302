using System.Text.Json;
using SloRollback.Kubernetes.Planning;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Tests.Workloads;

/// <summary>What is the same template, and what the difference of two may tell.</summary>
public sealed class PodTemplateTests
{
    [SeedProperty]
    public void Written_differently_it_is_the_same(int seed)
    {
        var template = new RandomTemplate(seed);
        Assert.Equal(Of(template.Json), Of(template.Rewritten()));
    }

    [SeedProperty]
    public void Any_other_value_makes_another_one_and_is_told_without_telling_the_value(int seed)
    {
        var template = new RandomTemplate(seed);
        var (from, to) = (Of(template.Json), Of(template.Changed()));
        Assert.NotEqual(from.Digest, to.Digest);
        var lines = TemplateDiff.Of(from, to, "salt");
        Assert.NotEmpty(lines);
        Assert.All(lines, l => Assert.True(!l.Contains(RandomTemplate.Secret, StringComparison.Ordinal) || l.Contains("image", StringComparison.Ordinal) || l.Contains("resources", StringComparison.Ordinal), l));
        Assert.Empty(TemplateDiff.Of(from, from, "salt"));
    }

    [Fact]
    public void The_marks_of_controllers_are_no_part_of_it()
    {
        var clean = Parse("""{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"app","future":1.50}]}}""");
        var replicaSet = Parse("""{"metadata":{"creationTimestamp":null,"labels":{"app":"web","pod-template-hash":"5d4f"}},"spec":{"containers":[{"name":"app","future":1.50}]}}""");
        var revision = Parse("""{"$patch":"replace","metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"app","future":1.50}]}}""");
        Assert.Equal(Of(clean), Of(replicaSet));
        Assert.Null(Of(replicaSet).Json.At("metadata", "labels", "pod-template-hash"));
        Assert.Equal(PodTemplate.Of(clean, WorkloadKind.StatefulSet), PodTemplate.Of(revision, WorkloadKind.StatefulSet));
        Assert.Null(PodTemplate.Of(revision, WorkloadKind.StatefulSet).Json.At("$patch"));
        Assert.Equal("1.50", Of(replicaSet).Json.At("spec", "containers")!.Value[0].At("future")!.Value.GetRawText());
    }

    [Fact]
    public void Hashes_of_variables_compare_within_one_difference_only()
    {
        var (from, to) = (Of(Variable("a")), Of(Variable("b")));
        var (one, again, other) = (TemplateDiff.Of(from, to, "rb-1"), TemplateDiff.Of(from, to, "rb-1"), TemplateDiff.Of(from, to, "rb-2"));
        Assert.Equal(one, again);
        Assert.NotEqual(one[0], other[0]);
        Assert.Matches("^container app: env KEY #[0-9a-f]{8} → #[0-9a-f]{8}$", Assert.Single(one));
    }

    private static JsonElement Variable(string value) => Parse($$"""{"spec":{"containers":[{"name":"app","env":[{"name":"KEY","value":"{{value}}"}]}]} }""");

    private static JsonElement Parse(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    private static PodTemplate Of(JsonElement json) => PodTemplate.Of(json, WorkloadKind.Deployment);
}
