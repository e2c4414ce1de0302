using System.Text.Json.Nodes;
using SloRollback.Serialization;

namespace SloRollback.Tests.Serialization;

/// <summary>The parts of an objective that are written on their own: period, downtime, reset, annotation.</summary>
public sealed class ObjectivePartsJsonTests
{
    private static readonly SloRollbackJsonContext Json = SloRollbackJsonContext.Default;

    [DiceProperty]
    public void What_was_written_reads_back_the_same(Dice dice)
    {
        AssertSame(Weird.Period(dice), Json.CompliancePeriod);
        AssertSame(Weird.Downtime(dice, Given.T0), Json.Downtime);
        AssertSame(Weird.Reset(dice), Json.BudgetReset);
        AssertSame(Weird.Annotation(dice), Json.Annotation);
    }

    [Fact]
    public void They_are_written_as_text_that_people_read()
    {
        Assert.Equal(
            """{"kind":"calendar","unit":"Quarter","zone":"Europe/Berlin","firstDay":"Monday","startMonth":4,"startDay":31}""",
            Written(CompliancePeriod.Quarter("Europe/Berlin", 4, 31), Json.CompliancePeriod));
        Assert.Equal(
            """{"kind":"recurring","daysOfWeek":["Monday","Saturday"],"daysOfMonth":[],"timeOfDay":"02:30:00","length":"0:01:00:00","zone":"UTC","from":null,"until":"2026-02-16T00:00:00Z","id":"backup","reason":""}""",
            Written(Recurring() with { Until = Given.T0 }, Json.Downtime));
        Assert.Equal(
            """{"kind":"oneOff","start":"2026-02-16T00:00:00Z","end":"2026-02-16T01:00:00Z","id":"move","reason":"a new rack"}""",
            Written(new OneOffDowntime { Id = "move", Reason = "a new rack", Start = Given.T0, End = Given.At(60) }, Json.Downtime));
    }

    [Fact]
    public void What_is_missing_takes_its_default()
    {
        Assert.Equal(CompliancePeriod.Year(), Read("""{"kind":"calendar","unit":"Year"}""", Json.CompliancePeriod));
        Assert.Equal(
            Recurring() with { DaysOfWeek = [] },
            Read("""{"kind":"recurring","id":"backup","timeOfDay":"02:30:00","length":"0:01:00:00"}""", Json.Downtime));
        Assert.Equal(
            new Annotation { Id = "note", Start = Given.T0, Text = "t" },
            Read("""{"id":"note","start":"2026-02-16T00:00:00Z","text":"t"}""", Json.Annotation));
    }

    [Theory]
    [InlineData("""{"kind":"calendar"}""")]
    [InlineData("""{"kind":"calendar","unit":"Fortnight"}""")]
    [InlineData("""{"kind":"calendar","unit":9}""")]
    [InlineData("""{"kind":"calendar","unit":"Month","zone":null}""")]
    [InlineData("""{"kind":"calendar","unit":"Month","startDay":0}""")]
    [InlineData("""{"kind":"calendar","unit":"Year","startMonth":13}""")]
    [InlineData("""{"kind":"calendar","unit":"Week","firstDay":"None"}""")]
    public void A_calendar_period_that_cannot_be_is_refused(string json)
    {
        var error = Record.Exception(() => Read(json, Json.CompliancePeriod));
        Assert.True(error is JsonException or ArgumentOutOfRangeException, error?.ToString());
    }

    [Theory]
    [InlineData("""{"kind":"recurring","id":"a","timeOfDay":"25:00:00","length":"0:01:00:00"}""")]
    [InlineData("""{"kind":"recurring","id":"a","timeOfDay":"02:00:00"}""")]
    [InlineData("""{"kind":"recurring","id":"a","timeOfDay":"02:00:00","length":"0:00:00:00"}""")]
    [InlineData("""{"kind":"recurring","id":"a","timeOfDay":"02:00:00","length":"0:01:00:00","daysOfMonth":[0]}""")]
    [InlineData("""{"kind":"oneOff","id":"a","start":"2026-02-16T00:00:00Z"}""")]
    [InlineData("""{"kind":"oneOff","start":"2026-02-16T00:00:00Z","end":"2026-02-16T00:00:00Z"}""")]
    [InlineData("""{"kind":"eternal","id":"a"}""")]
    [InlineData("""{"id":"a"}""")]
    public void A_downtime_that_cannot_be_is_refused(string json)
    {
        var error = Record.Exception(() => Read(json, Json.Downtime));
        Assert.True(error is JsonException or ArgumentOutOfRangeException or NotSupportedException, error?.ToString());
    }

    private static RecurringDowntime Recurring() => new()
    {
        Id = "backup",
        TimeOfDay = new LocalTime(2, 30),
        Length = Given.Hour,
        DaysOfWeek = [IsoDayOfWeek.Saturday, IsoDayOfWeek.Monday],
    };

    private static void AssertSame<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> form)
    {
        var json = JsonSerializer.Serialize(value, form);
        var read = JsonSerializer.Deserialize(json, form);
        Assert.Equal(value, read);
        Assert.Equal(json, JsonSerializer.Serialize(read!, form));
        Assert.DoesNotContain("{}", json, StringComparison.Ordinal);
    }

    private static string Written<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> form) =>
        JsonNode.Parse(JsonSerializer.Serialize(value, form))!.ToJsonString();

    private static T? Read<T>(string json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> form) => JsonSerializer.Deserialize(json, form);
}
