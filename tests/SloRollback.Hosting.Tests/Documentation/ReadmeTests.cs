using System.Text.RegularExpressions;

namespace SloRollback.Hosting.Tests.Documentation;

public sealed partial class ReadmeTests
{
    [Fact]
    public void Every_csharp_block_of_the_readme_is_compiled_code()
    {
        var root = Root();
        var compiled = Directory.EnumerateFiles(Path.Combine(root, "samples"), "*.cs", SearchOption.AllDirectories).Select(f => Lines(File.ReadAllText(f))).ToList();
        var blocks = Block().Matches(File.ReadAllText(Path.Combine(root, "README.md"))).Select(m => Lines(m.Groups[1].Value)).ToList();

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(compiled, code => code.Contains(block, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_link_of_the_documents_leads_somewhere()
    {
        var root = Root();
        string[] pages = [.. Directory.EnumerateFiles(root, "*.md"), .. Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md")];
        foreach (var page in pages)
        {
            foreach (var target in Link().Matches(File.ReadAllText(page)).Select(m => m.Groups[1].Value).Where(t => !t.Contains("://", StringComparison.Ordinal) && !t.StartsWith('#')))
            {
                var path = Path.Combine(Path.GetDirectoryName(page)!, target.Split('#')[0]);
                Assert.True(File.Exists(path) || Directory.Exists(path), $"{Path.GetFileName(page)}: {target}");
            }
        }
    }

    private static string Lines(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd())).Trim('\n');

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "SloRollback.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new DirectoryNotFoundException("SloRollback.sln is not above the tests.");
    }

    [GeneratedRegex("```csharp\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
