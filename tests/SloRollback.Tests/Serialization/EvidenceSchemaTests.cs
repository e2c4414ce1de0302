using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace SloRollback.Tests.Serialization;

/// <summary><c>docs/evidence.schema.json</c> is what the types write, and what is written fits it.</summary>
public sealed class EvidenceSchemaTests
{
    private static readonly string PublishedPath = Path.Combine(Root(), "docs", "evidence.schema.json");
    private static readonly JsonSchema Published = JsonSchema.FromJsonAsync(File.Exists(PublishedPath) ? File.ReadAllText(PublishedPath) : "{}").GetAwaiter().GetResult();

    [Fact]
    public void The_published_schema_is_that_of_the_types()
    {
        var made = EvidenceSchema.Make();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1") File.WriteAllText(PublishedPath, made);
        Assert.True(File.Exists(PublishedPath) && File.ReadAllText(PublishedPath) == made, "docs/evidence.schema.json is not that of the types: run this test with UPDATE_DOCS=1 and commit it");
    }

    [DiceProperty(MaxTest = 300)]
    public void Every_decision_fits_the_schema_and_replays(Dice dice)
    {
        var input = Acting.Spoilt(dice);
        var json = EvidenceFactory.Create(input, RollbackDecider.Decide(input)).ToJson();
        Assert.DoesNotContain(Faults(json), fault => !IsNameless(json, fault));
        var read = RollbackEvidence.Parse(json);
        Assert.Equal(json, (read with { Decision = read.Replay() }).ToJson());
    }

    [Fact]
    public void A_rollback_by_hand_fits_the_schema_and_replays()
    {
        var input = Acting.Input();
        var manual = new ManualRollbackInput
        {
            At = input.EvaluatedAt,
            Service = Given.Rule.Objective.Service,
            Target = input.Action.Target,
            By = "ada",
            Reason = "drill",
            Settings = input.Settings,
            Overrides = [HoldReason.NoCapacity],
            Deployments = input.Deployments,
            Revisions = input.Revisions,
        };
        var json = EvidenceFactory.Create(manual, ManualRollbackDecider.Decide(manual)).ToJson();
        Assert.Empty(Faults(json));
        var read = RollbackEvidence.Parse(json);
        Assert.Equal(json, (read with { Decision = read.Replay() }).ToJson());
        Assert.Equal(DecisionKind.RollBack, read.Decision.Kind);
    }

    [Theory]
    [InlineData("\"schemaVersion\": 2", "\"schemaVersion\": \"two\"")]
    [InlineData("\"kind\": \"RollBack\"", "\"kind\": \"Explode\"")]
    [InlineData("\"onset\": \"", "\"onset\": 7, \"was\": \"")]
    public void What_is_no_evidence_does_not_fit(string part, string instead)
    {
        var input = Acting.Input();
        var json = EvidenceFactory.Create(input, RollbackDecider.Decide(input)).ToJson();
        Assert.Contains(part, json, StringComparison.Ordinal);
        Assert.NotEmpty(Published.Validate(json.Replace(part, instead, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_document_of_version_1_is_read_and_replays()
    {
        var input = Acting.Input();
        var json = EvidenceFactory.Create(input, RollbackDecider.Decide(input)).ToJson();
        var old = System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject();
        old["schemaVersion"] = 1;
        old.Remove("manual");

        var read = RollbackEvidence.Parse(old.ToJsonString());
        Assert.Equal(1, read.SchemaVersion);
        Assert.Equal(read.Decision.Text, read.Replay().Text);
    }

    private static IEnumerable<ValidationError> Faults(string json) => Published.Validate(json).SelectMany(Leaves);

    private static IEnumerable<ValidationError> Leaves(ValidationError fault) =>
        fault is ChildSchemaValidationError parent ? parent.Errors.Values.SelectMany(faults => faults).SelectMany(Leaves) : [fault];

    // The generator draws values that no name belongs to. They are written as numbers, which the schema does not publish.
    private static bool IsNameless(string json, ValidationError fault) =>
        fault.Kind == ValidationErrorKind.NotInEnumeration && JToken.Parse(json).SelectToken(fault.Path![2..])?.Type == JTokenType.Integer;

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "SloRollback.sln"))) directory = directory.Parent;
        return directory.FullName;
    }
}
