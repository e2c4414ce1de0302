using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SloRollback.Hosting.Tests.Configuration;

namespace SloRollback.Hosting.Tests.Documentation;

/// <summary>Every snippet of <c>docs/concepts.md</c> is configuration: an objective's, or a rule's.</summary>
public sealed partial class ConceptsTests
{
    public static TheoryData<string> Snippets => [.. Snippet().Matches(File.ReadAllText(Page())).Select(m => m.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(Snippets))]
    public void A_snippet_is_read_without_a_fault(string snippet)
    {
        var file = JsonNode.Parse("""
            { "SloRollback": { "Services": {
                "payments": { "Environment": "production", "Objectives": { "availability": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" } } } },
                "checkout": { "Environment": "production", "Deploys": { "Workload": "deployment/checkout" },
                    "Objectives": { "availability": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" } } } } } } }
            """)!;
        var written = JsonNode.Parse(snippet)!.AsObject();
        var objective = written.ContainsKey("When") ? JsonNode.Parse("""{ "Target": "99.9%", "Indicator": { "Valid": "v", "Bad": "b" } }""")! : written;
        if (objective != written)
        {
            if (!written.ContainsKey("Rollback"))
                written["Notify"] ??= new JsonObject { ["log"] = new JsonObject() };
            objective["Rules"] = new JsonObject { ["rule"] = written };
        }

        file["SloRollback"]!["Services"]!["checkout"]!["Objectives"]!["objective"] = objective;

        Assert.Equal("", string.Join('\n', Reading.Lines(Reading.Json(file.ToJsonString(JsonSerializerOptions.Default)))));
    }

    private static string Page()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "SloRollback.sln")))
            directory = directory.Parent;
        return Path.Combine(directory?.FullName ?? throw new DirectoryNotFoundException("SloRollback.sln is not above the tests."), "docs", "concepts.md");
    }

    [GeneratedRegex(@"^```json\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex Snippet();
}
