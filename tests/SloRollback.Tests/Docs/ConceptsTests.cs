using System.Text.RegularExpressions;

namespace SloRollback.Tests.Docs;

/// <summary><c>docs/concepts.md</c> shows what the engine does: its pictures and tables are drawn anew and compared.</summary>
public sealed partial class ConceptsTests
{
    private const string Update = "run the tests of tests/SloRollback.Tests with the environment variable UPDATE_DOCS=1, look at the pictures, and commit them";
    private static readonly string Folder = Path.Combine(Root(), "docs");
    private static readonly string PagePath = Path.Combine(Folder, "concepts.md");
    private static readonly bool IsUpdate = Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1";

    public static TheoryData<string> Names => [.. Pictures.All.Keys];

    public static TheoryData<string> Kinds =>
    [
        .. new[] { typeof(Condition), typeof(Indicator), typeof(CompliancePeriod), typeof(Downtime) }
            .SelectMany(kind => kind.Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(kind)).Select(type => type.Name)),
        .. new[] { typeof(StepState), typeof(BudgetingMethod), typeof(BudgetBand), typeof(BudgetUnit), typeof(CompositeKind), typeof(MissingSlices), typeof(Verdict), typeof(EpisodeEnd) }
            .SelectMany(Enum.GetNames),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_picture_is_what_the_code_draws(string name)
    {
        var path = Path.Combine(Folder, "concepts", name + ".svg");
        var drawn = Pictures.All[name]().ToString();
        if (IsUpdate) File.WriteAllText(path, drawn);

        Assert.True(File.Exists(path) && File.ReadAllText(path) == drawn, $"docs/concepts/{name}.svg is not what the code draws: {Update}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Texts_of_a_picture_neither_overlap_nor_leave_it(string name) => Assert.Empty(Pictures.All[name]().Faults());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_page_names_every_kind(string kind) => Assert.Contains($"`{kind}`", Page(), StringComparison.Ordinal);

    [Fact]
    public void The_page_shows_every_picture_once_and_no_other_is_left()
    {
        var shown = PictureLink().Matches(Page()).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(Pictures.All.Keys, shown);
        Assert.Equal(shown, Directory.EnumerateFiles(Path.Combine(Folder, "concepts")).Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Tables_hold_what_the_engine_says()
    {
        var page = Page();
        var written = Table().Replace(page, m => $"<!-- table: {m.Groups[1].Value} -->\n{Tables.All[m.Groups[1].Value]()}<!-- end -->");
        if (IsUpdate) File.WriteAllText(PagePath, written);

        Assert.Equal(Tables.All.Keys.Order(StringComparer.Ordinal), Table().Matches(page).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.True(page == written, $"a table of docs/concepts.md is not what the engine says: {Update}");
    }

    [Theory]
    [InlineData("whole-budget", "−536 %")]
    [InlineData("whole-budget", "70.8 %")]
    [InlineData("burn-rate", "50 h")]
    [InlineData("burn-rate-condition", "107")]
    [InlineData("multi-window", "68")]
    [InlineData("budget-consumed", "62.5")]
    [InlineData("budget-consumed", "0.8 %")]
    [InlineData("budget-consumed", "16.6 %")]
    [InlineData("downtime", "16 ")]
    [InlineData("calendar", "167")]
    [InlineData("calendar", "169")]
    public void Figures_that_the_page_takes_from_a_picture_are_in_it(string picture, string figure)
    {
        Assert.Contains(figure, Page(), StringComparison.Ordinal);
        Assert.Contains(figure, Pictures.All[picture]().ToString(), StringComparison.Ordinal);
    }

    private static string Page() => File.ReadAllText(PagePath);

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SloRollback.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("SloRollback.sln is not above the tests.");
        return folder;
    }

    [GeneratedRegex(@"!\[[^\]]+\]\(concepts/([a-z-]+)\.svg\)", RegexOptions.None, 1000)]
    private static partial Regex PictureLink();

    [GeneratedRegex(@"<!-- table: ([a-z-]+) -->\n.*?<!-- end -->", RegexOptions.Singleline, 1000)]
    private static partial Regex Table();
}
