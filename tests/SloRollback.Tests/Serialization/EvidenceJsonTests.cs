using System.Text.Json.Nodes;

namespace SloRollback.Tests.Serialization;

public sealed class EvidenceJsonTests
{
    private static RollbackEvidence Evidence(Dice dice)
    {
        var input = dice.Chance(0.5) ? Weird.Input(dice) : Acting.Spoilt(dice);
        return EvidenceFactory.Create(input, RollbackDecider.Decide(input)) with
        {
            Transitions = dice.Some(3, _ => Weird.Record(dice, input.Deployments)),
            ProviderResponses = dice.Some(2, _ => new ProviderResponse { At = Weird.Time(dice), Call = "plan", Status = "ok", Detail = "ü\u0001\"" }),
            Verification = dice.Chance(0.5) ? RollbackMachineTestData(dice) : null,
        };
    }

    private static Verification RollbackMachineTestData(Dice dice) => new()
    {
        EvaluatedAt = Weird.Time(dice),
        CompletedAt = Weird.Time(dice),
        Needed = Weird.Length(dice),
        Timeout = Weird.Length(dice),
        Readings = dice.Some(2, i => new VerificationReading { Objective = Given.Objective, Bad = i, Valid = 0.1, Measured = Weird.Length(dice), MaximumErrorRatio = 0.0144m, MinimumValid = 100 }),
    };

    [DiceProperty(MaxTest = 400)]
    public void A_document_that_was_written_reads_back_the_same(Dice dice)
    {
        var written = Evidence(dice).ToJson();
        Assert.Equal(written, RollbackEvidence.Parse(written).ToJson());
    }

    [DiceProperty(MaxTest = 200)]
    public void No_value_is_written_as_an_empty_object(Dice dice)
    {
        var json = Evidence(dice).ToJson();
        Assert.DoesNotContain("{}", json, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", json, StringComparison.Ordinal);
    }

    [DiceProperty(MaxTest = 400)]
    public void What_is_measured_reads_back_equal(Dice dice)
    {
        var input = Acting.Input() with { Indicator = Weird.Indicator(dice), Slices = Weird.Slices(dice), Budgeting = dice.Of(Enum.GetValues<BudgetingMethod>()) };
        var evidence = EvidenceFactory.Create(input, RollbackDecider.Decide(input));
        var read = RollbackEvidence.Parse(evidence.ToJson()).Input!;
        Assert.Equal(input.Indicator, read.Indicator);
        Assert.Equal(input.Indicator.GetHashCode(), read.Indicator.GetHashCode());
        Assert.Equal((input.Slices, input.Budgeting), (read.Slices, read.Budgeting));
    }

    [Fact]
    public void The_policy_has_another_hash_when_other_things_are_measured()
    {
        var input = Acting.Input();
        DecisionInput[] others =
        [
            input, input with { Indicator = Readers.Gauge }, input with { Indicator = Readers.Latency },
            input with { Budgeting = BudgetingMethod.Timeslices }, input with { Slices = new TimeSlices() }, input with { Slices = Readers.AtLeast99 },
        ];
        Assert.Distinct(others.Select(i => EvidenceFactory.Create(i, RollbackDecider.Decide(i)).PolicyHash));
    }

    [Fact]
    public void The_kinds_of_indicator_are_told_apart_by_their_names()
    {
        string Json(Indicator indicator) =>
            JsonNode.Parse(EvidenceFactory.Create(Acting.Input() with { Indicator = indicator }, RollbackDecider.Decide(Acting.Input())).ToJson())!["input"]!["indicator"]!.ToJsonString();

        Assert.Equal("""{"kind":"eventRatio","good":null,"bad":"bad","valid":"all","source":""}""", Json(Readers.BadOfValid));
        Assert.Equal("""{"kind":"latency","histogram":"seconds","threshold":"0:00:00:00.3","source":""}""", Json(Readers.Latency));
        Assert.Equal("""{"kind":"gauge","gauge":"queue_length","source":""}""", Json(Readers.Gauge));
        Assert.Equal(
            """{"kind":"composite","compositeKind":"Least","members":[{"service":{"name":"checkout","environment":"production"},"objective":"availability","weight":33.33}],"source":""}""",
            Json(new CompositeIndicator { Kind = CompositeKind.Least, Members = [new CompositeMember { Service = Given.Service, Objective = "availability", Weight = 33.33m }] }));
    }

    [Fact]
    public void Slices_and_members_take_the_defaults_of_what_was_not_written()
    {
        var input = Acting.Input() with
        {
            Slices = new TimeSlices(),
            Indicator = new CompositeIndicator { Members = [new CompositeMember { Service = Given.Service, Objective = "availability" }] },
        };
        var document = JsonNode.Parse(EvidenceFactory.Create(input, RollbackDecider.Decide(input)).ToJson())!;
        document["input"]!["slices"]!.AsObject().Clear();
        document["input"]!["indicator"]!["members"]![0]!.AsObject().Remove("weight");
        document["input"]!["indicator"]!.AsObject().Remove("compositeKind");
        var read = RollbackEvidence.Parse(document.ToJsonString()).Input!;
        Assert.Equal((input.Slices, input.Indicator), (read.Slices, read.Indicator));
    }

    [Fact]
    public void Times_lengths_targets_and_enums_are_written_as_text()
    {
        var input = JsonNode.Parse(EvidenceFactory.Create(Acting.Input(), RollbackDecider.Decide(Acting.Input())).ToJson())!["input"]!;
        Assert.Equal("2026-02-16T00:05:00Z", input["evaluatedAt"]!.GetValue<string>());
        Assert.Equal("99.9%", input["target"]!.GetValue<string>());
        Assert.Equal("0:01:00:00", input["action"]!["window"]!.GetValue<string>());
        Assert.Equal("0:00:15:00", input["settings"]!["bakeTime"]!.GetValue<string>());
        Assert.Equal("Automatic", input["action"]!["mode"]!.GetValue<string>());
        Assert.Equal("rolling", input["period"]!["kind"]!.GetValue<string>());
    }

    [Fact]
    public void A_member_that_an_older_version_did_not_write_takes_its_default()
    {
        var evidence = EvidenceFactory.Create(Acting.Input(), RollbackDecider.Decide(Acting.Input()));
        var document = JsonNode.Parse(evidence.ToJson())!;
        document.AsObject().Remove("transitions");
        document.AsObject().Remove("providerResponses");
        document["decision"]!.AsObject().Remove("holds");
        document["decision"]!.AsObject().Remove("passedOver");
        var input = document["input"]!.AsObject();
        foreach (var member in new[] { "revisions", "deployments", "guards" }) input.Remove(member);
        foreach (var member in new[] { "minimumValid", "minimumBad", "notify" }) input["rule"]!.AsObject().Remove(member);
        input["settings"]!.AsObject().Clear();
        input["action"]!.AsObject().Remove("window");
        input["condition"]!.AsObject().Remove("windows");
        input["condition"]!.AsObject().Remove("parts");
        input["episode"]!.AsObject().Remove("facts");
        input["indicator"]!.AsObject().Remove("source");
        foreach (var member in new[] { "budgeting", "slices" }) input.Remove(member);

        var read = RollbackEvidence.Parse(document.ToJsonString());
        Assert.Equal(new EngineSettings(), read.Input!.Settings);
        Assert.Equal((100, 5), (read.Input!.Rule.MinimumValid, read.Input!.Rule.MinimumBad));
        Assert.Equal("", read.Input!.Indicator.Source);
        Assert.Equal(RollbackWindow.Default, read.Input!.Action.Window);
        Assert.True(read.Transitions.IsEmpty && read.Decision.Holds.IsEmpty && read.Input!.Deployments.IsEmpty && read.Input!.Guards.Rollbacks.IsEmpty);
        Assert.Equal(HoldReason.NoDeploymentInWindow, read.Replay().Headline);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("when")]
    public void A_rule_without_id_or_condition_is_no_rule(string member)
    {
        var document = JsonNode.Parse(EvidenceFactory.Create(Acting.Input(), RollbackDecider.Decide(Acting.Input())).ToJson())!;
        document["input"]!["rule"]!.AsObject().Remove(member);
        Assert.Throws<JsonException>(() => RollbackEvidence.Parse(document.ToJsonString()));
    }

    [Fact]
    public void Unknown_members_of_a_newer_version_of_the_same_form_are_ignored()
    {
        var evidence = EvidenceFactory.Create(Acting.Input(), RollbackDecider.Decide(Acting.Input()));
        var document = JsonNode.Parse(evidence.ToJson())!;
        document["input"]!["rule"]!["mood"] = new JsonObject { ["a"] = 1 };
        Assert.Equal(evidence.ToJson(), RollbackEvidence.Parse(document.ToJsonString()).ToJson());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_document_of_another_form_is_refused_with_its_version(int version)
    {
        var json = (EvidenceFactory.Create(Acting.Input(), RollbackDecider.Decide(Acting.Input())) with { SchemaVersion = version }).ToJson();
        Assert.Contains($"version {version.ToString(CultureInfo.InvariantCulture)}", Assert.Throws<JsonException>(() => RollbackEvidence.Parse(json)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("42")]
    [InlineData("<html>")]
    [InlineData("{\"id\":\"x\"")]
    [InlineData("{\"schemaVersion\":99,\"new\":true}")]
    public void Garbage_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => RollbackEvidence.Parse(json));

    [DiceProperty(MaxTest = 800)]
    public void A_mutilated_document_is_read_or_refused_and_nothing_else(Dice dice)
    {
        var document = JsonNode.Parse(EvidenceFactory.Create(Acting.Input(), RollbackDecider.Decide(Acting.Input())).ToJson())!;
        for (var i = dice.Between(1, 2); i > 0; i--) Mutilate(dice, document);
        try
        {
            var read = RollbackEvidence.Parse(document.ToJsonString());
            read.Replay();
            read.ToJson();
        }
        catch (JsonException)
        {
        }
    }

    private static void Mutilate(Dice dice, JsonNode node)
    {
        while (true)
        {
            if (node is JsonArray { Count: > 0 } array && array[dice.Below(array.Count)] is { } item)
            {
                node = item;
                continue;
            }

            if (node is not JsonObject { Count: > 0 } parent) return;

            var name = dice.Of(parent.Select(p => p.Key).ToArray());
            if (parent[name] is JsonObject or JsonArray && dice.Chance(0.8))
            {
                node = parent[name]!;
                continue;
            }

            parent.Remove(name);
            if (dice.Chance(0.8))
                parent[name] = dice.Below(8) switch { 0 => null, 1 => -1, 2 => "0:00:00:00", 3 => "banana", 4 => new JsonObject(), 5 => new JsonArray(), 6 => 1e300, _ => true };
            return;
        }
    }
}
