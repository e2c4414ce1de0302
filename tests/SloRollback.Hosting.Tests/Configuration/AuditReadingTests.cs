using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Tests.Configuration;

/// <summary>Budget resets and annotations.</summary>
public sealed class AuditReadingTests
{
    private const string Reset = Reading.Objective + ":Resets:after-migration";
    private const string Note = Reading.Objective + ":Annotations:sale";

    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 1, 12, 0);

    [Fact]
    public void All_are_read()
    {
        var options = Reading.With(
            ($"{Reset}:At", "2026-03-01T12:00:00Z"), ($"{Reset}:Reason", "moved"), ($"{Reset}:By", "anna"),
            ($"{Note}:At", "2026-03-01T13:00:00+01:00"), ($"{Note}:Text", "sale"),
            ($"{Note}s:Start", "2026-03-01T12:00:00Z"), ($"{Note}s:End", "2026-03-01T13:00:00Z"), ($"{Note}s:Text", "sales"));

        Assert.Empty(Reading.Lines(options));
        var objective = options.Services[0].Objectives[0];
        Assert.Equal([new BudgetReset { Id = "after-migration", At = Noon, Reason = "moved", By = "anna" }], objective.Resets);
        Assert.Equal(
            [
                new Annotation { Id = "sale", Start = Noon, Text = "sale" },
                new Annotation { Id = "sales", Start = Noon, End = Noon + Duration.FromHours(1), Text = "sales" },
            ],
            objective.Annotations);
    }

    [Theory]
    [InlineData("At", null, "At", "is missing; example: \"2026-03-01T10:00:00Z\"")]
    [InlineData("At", "yesterday", "At", "\"yesterday\" is not an instant with its offset; examples: 2026-03-01T10:00:00Z, 2026-03-01T11:00+01:00")]
    [InlineData("Reason", null, "Reason", "is missing; example: \"the database was moved\"")]
    [InlineData("Reason", " ", "Reason", "is empty; give it a value or leave it out")]
    [InlineData("By", null, "By", "is missing; example: \"anna\"")]
    [InlineData("Who", "anna", "Who", "is not known here; known: At, Reason, By")]
    public void Faults_of_a_reset(string key, string? value, string path, string message) =>
        Reading.AssertOnly(
            $"{Reset}:{path}",
            message,
            ($"{Reset}:At", "2026-03-01T12:00:00Z"), ($"{Reset}:Reason", "moved"), ($"{Reset}:By", "anna"), ($"{Reset}:{key}", value));

    [Theory]
    [InlineData("Text", null, "Text", "is missing; example: \"Black Friday\"")]
    [InlineData("End", null, "End", "is missing; example: \"2026-03-01T12:00:00Z\"")]
    [InlineData("Start", null, "Start", "is missing; example: \"2026-03-01T10:00:00Z\"")]
    [InlineData("End", "2026-03-01T12:00:00Z", "End", "2026-03-01T12:00:00Z is not later than Start, 2026-03-01T12:00:00Z")]
    [InlineData("At", "2026-03-01T12:00:00Z", "At", "does not go with Start and End: a note is on an instant, or on a stretch")]
    [InlineData("Note", "sale", "Note", "is not known here; known: At, Start, End, Text")]
    public void Faults_of_an_annotation(string key, string? value, string path, string message) =>
        Reading.AssertOnly(
            $"{Note}:{path}",
            message,
            ($"{Note}:Start", "2026-03-01T12:00:00Z"), ($"{Note}:End", "2026-03-01T13:00:00Z"), ($"{Note}:Text", "sale"), ($"{Note}:{key}", value));

    [Fact]
    public void A_note_on_nothing() =>
        Reading.AssertOnly($"{Note}:At", "is missing; example: \"2026-03-01T10:00:00Z\"", ($"{Note}:Text", "sale"));

    [Theory]
    [InlineData(Reset, "a/b")]
    [InlineData(Note, "a/b")]
    [InlineData("Downtimes:x", "a/b")]
    public void Ids(string place, string id)
    {
        var path = place[..(place.LastIndexOf(':') + 1)] + id;
        (string, string?)[] keys = place == Reset ? [("At", "2026-03-01T12:00:00Z"), ("Reason", "r"), ("By", "b")]
            : place == Note ? [("At", "2026-03-01T12:00:00Z"), ("Text", "t")]
            : [("Start", "2026-03-01T12:00:00Z"), ("End", "2026-03-01T13:00:00Z")];

        Reading.AssertOnly(path, "\"a/b\" contains a \"/\", a \":\" or a control character", [.. keys.Select(k => ($"{path}:{k.Item1}", k.Item2))]);
    }
}
