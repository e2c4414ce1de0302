using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SloRollback.Hosting.Configuration;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Tests.Configuration;

/// <summary><c>docs/configuration.md</c> and the reader know the same keys, ranges and defaults, and every example is read.</summary>
public sealed partial class DocumentationTests
{
    private static readonly Dictionary<string, Place> Places = Read();

    public static TheoryData<string> PlaceNames => [.. KnownKeys.All.Select(set => set.Place)];

    [Fact]
    public void Every_place_has_its_section_and_no_section_is_left_over() =>
        Assert.Equal(KnownKeys.All.Select(set => set.Place), Places.Keys);

    [Theory]
    [MemberData(nameof(PlaceNames))]
    public void The_keys_are_those_of_the_reader(string place) =>
        Assert.Equal(KnownKeys.All.Single(set => set.Place == place).Keys, Places[place].Rows.Select(row => row[0].Trim('`')));

    [Fact]
    public void Ranges_and_defaults_of_settings_are_those_of_the_code() =>
        Assert.Equal(
            SettingDefinitions.All.Select(setting => (setting.Name, setting.Range, setting.Format(new EngineSettings()))),
            Places["SloRollback"].Rows.Take(SettingDefinitions.All.Length).Select(row => (row[0].Trim('`'), row[1], row[2])));

    [Theory]
    [MemberData(nameof(PlaceNames))]
    public void The_example_is_read_without_a_fault(string place)
    {
        var file = JsonNode.Parse("""
            { "SloRollback": { "Services": {
                "payments": { "Environment": "production", "Objectives": { "availability": {
                    "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" } } } },
                "service": {
                "Environment": "production",
                "Deploys": { "Workload": "deployment/checkout" },
                "Objectives": {
                    "availability": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" } },
                    "objective": { "Target": "99.9%", "Indicator": { "Valid": "v", "Bad": "b" },
                        "Rules": { "rule": { "Rollback": {} } } } } } } } }
            """)!;
        Prepare(file["SloRollback"]!["Services"]!["service"]!["Objectives"]!["objective"]!.AsObject(), place);
        var example = JsonNode.Parse(Places[place].Example)!;
        if (place.EndsWith("{service}", StringComparison.Ordinal) || place == "SloRollback")
            example = (place == "SloRollback" ? example["SloRollback"] : example["checkout-eu"])!.DeepClone();

        var at = place.Split(':').Aggregate(file, (node, key) => node[Written(key)] ??= new JsonObject());
        foreach (var (key, value) in example.AsObject().ToList())
        {
            if (value is not JsonObject { Count: 0 })
                at[key] = value?.DeepClone();
        }

        Assert.Equal("", string.Join('\n', Reading.Lines(Reading.Json(file.ToJsonString(JsonSerializerOptions.Default)))));
    }

    [Fact]
    public void The_smallest_configuration_is_read()
    {
        var smallest = JsonBlock().Match(File.ReadAllText(Path())).Groups["json"].Value;

        Assert.Equal("", string.Join('\n', Reading.Lines(Reading.Json(smallest))));
        Assert.Single(Reading.Json(smallest).Services);
    }

    [Fact]
    public void The_complete_examples_are_read_and_show_every_kind()
    {
        var text = File.ReadAllText(Path());
        var examples = JsonBlock().Matches(text[text.IndexOf("\n## Complete examples", StringComparison.Ordinal)..]).Select(m => m.Groups["json"].Value).ToList();
        Assert.All(examples, example => Assert.Equal("", string.Join('\n', Reading.Lines(Reading.Json(example)))));

        var objectives = examples.SelectMany(example => Reading.Json(example).Services).SelectMany(service => service.Objectives).ToList();
        Assert.Equal(
            ["CompositeIndicator", "EventRatioIndicator", "GaugeIndicator", "LatencyIndicator"],
            objectives.Select(o => o.Indicator.GetType().Name).Distinct().Order());
        Assert.Equal(
            ["Month", "Quarter", "Rolling", "Week", "Year"],
            objectives.Select(o => o.Period is CalendarPeriod calendar ? calendar.Unit.ToString() : "Rolling").Distinct().Order());
        Assert.Equal(Enum.GetValues<BudgetingMethod>(), objectives.Select(o => o.Budgeting).Distinct().Order());
    }

    // What the example of a place below an indicator or of slices needs around it.
    private static void Prepare(JsonObject objective, string place)
    {
        if (place.Contains(":Indicator:", StringComparison.Ordinal))
            objective["Indicator"] = new JsonObject();
        if (place.EndsWith("{member}", StringComparison.Ordinal))
            objective["Indicator"] = JsonNode.Parse("""{ "Composite": { "Members": { "availability": {}, "payments/availability": {} } } }""");
        if (place.EndsWith(":Slices", StringComparison.Ordinal))
            objective["Budgeting"] = nameof(BudgetingMethod.Timeslices);
    }

    private static string Written(string key) => key == "{member}" ? "payments/availability" : key.Trim('{', '}');

    private static Dictionary<string, Place> Read() =>
        PlaceSection().Matches(File.ReadAllText(Path())).ToDictionary(
            match => match.Groups["place"].Value,
            match => new Place(
                [
                    .. match.Groups["body"].Value.Split('\n')
                        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                        .Select(line => line.Trim('|', ' ').Split('|').Select(cell => cell.Trim()).ToArray()),
                ],
                JsonBlock().Match(match.Groups["body"].Value).Groups["json"].Value),
            StringComparer.Ordinal);

    private static string Path()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(directory!.FullName, "SloRollback.sln")))
            directory = directory.Parent;
        return System.IO.Path.Combine(directory.FullName, "docs", "configuration.md");
    }

    [GeneratedRegex(@"^## `(?<place>[^`]+)`\n(?<body>.*?)(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlaceSection();

    [GeneratedRegex(@"^```json\n(?<json>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex JsonBlock();

    private sealed record Place(List<string[]> Rows, string Example);
}
