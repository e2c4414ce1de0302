using System.Reflection;

namespace SloRollback.Tests.Conventions;

/// <summary>The rules of the code base that a compiler does not check.</summary>
public sealed class CodeRules
{
    private static readonly Assembly Core = typeof(RollbackDecider).Assembly;

    // Without what mutation testing adds (tests/mutate.sh): or these rules would notice every mutant.
    private static readonly Type[] Public = [.. Core.GetExportedTypes().Where(t => !t.IsNested && !t.FullName!.StartsWith("Stryker", StringComparison.Ordinal))];
    private static readonly string Source = Path.Combine(Root(), "src", "SloRollback");

    /// <summary>What a project may refer to, besides the framework: the table of CONTRIBUTING.</summary>
    private static readonly Dictionary<string, string[]> Layers = new(StringComparer.Ordinal)
    {
        ["SloRollback"] = ["NodaTime", "Microsoft.Extensions.DependencyInjection.Abstractions"],
        ["SloRollback.Hosting"] = ["SloRollback", "NodaTime", "Microsoft.Extensions."],
        ["SloRollback.Prometheus"] =
        [
            "SloRollback", "NodaTime", "Microsoft.Extensions.Http", "Microsoft.Extensions.Options", "Microsoft.Extensions.Logging.Abstractions",
            "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions",
        ],
        ["SloRollback.PostgreSql"] =
        [
            "SloRollback", "Npgsql", "Microsoft.Extensions.Options", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Hosting.Abstractions",
        ],
        ["SloRollback.Sqlite"] =
        [
            "SloRollback", "Microsoft.Data.Sqlite", "Microsoft.Extensions.Options", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Hosting.Abstractions",
        ],
        ["SloRollback.Testing"] = ["SloRollback"],
        ["SloRollback.Kubernetes"] = ["SloRollback", "NodaTime", "KubernetesClient", "Microsoft.Extensions.Options", "Microsoft.Extensions.Logging.Abstractions"],
    };

    [Fact]
    public void The_core_refers_to_time_and_registration_only() => Assert.All(
        Core.GetReferencedAssemblies().Select(a => a.Name!),
        name => Assert.True(name.StartsWith("System.", StringComparison.Ordinal) || Layers["SloRollback"].Contains(name), name));

    [Fact]
    public void No_project_refers_to_what_its_layer_may_not()
    {
        foreach (var project in Directory.GetFiles(Path.Combine(Root(), "src"), "*.csproj", SearchOption.AllDirectories))
        {
            if (!Layers.TryGetValue(Path.GetFileNameWithoutExtension(project), out var allowed)) continue;

            var document = System.Xml.Linq.XDocument.Load(project);
            foreach (var reference in document.Descendants().Where(e => e.Name.LocalName is "PackageReference" or "ProjectReference"))
            {
                var name = reference.Attribute("Include")!.Value;
                if (reference.Name.LocalName == "ProjectReference") name = Path.GetFileNameWithoutExtension(name.Replace('\\', '/'));
                Assert.True(
                    allowed.Any(a => name == a || name == a + ".ConfigurationExtensions" || (a.EndsWith('.') && name.StartsWith(a, StringComparison.Ordinal))),
                    $"{Path.GetFileName(project)} must not refer to {name}");
            }
        }
    }

    [Fact]
    public void The_public_surface_of_the_core_does_not_grow()
    {
        // 80 was the aim; contracts of one request and one result record each take 40 of these, the journal (audit log, outbox) 7 more, rollbacks by hand 2. It may grow only on purpose.
        const int Allowed = 155;
        TestContext.Current.TestOutputHelper!.WriteLine($"{Public.Length} public types in the core");
        Assert.True(Public.Length <= Allowed, $"{Public.Length} public types in the core");
    }

    [Fact]
    public void Public_classes_are_sealed_or_closed_to_others() => Assert.All(
        Public.Where(t => t.IsClass),
        type => Assert.True(
            type.IsSealed || (type.IsAbstract && type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).All(c => c.IsPrivate || c.IsFamilyAndAssembly || IsCopy(c))),
            type.FullName));

    [Fact]
    public void Namespace_is_folder_and_each_file_has_one_public_type_of_its_name()
    {
        var files = Files().ToDictionary(f => Path.GetRelativePath(Source, f).Replace(Path.DirectorySeparatorChar, '.')[..^3], StringComparer.Ordinal);
        Assert.All(Public, type =>
        {
            var name = type.FullName!["SloRollback.".Length..].Split('`')[0];
            Assert.True(files.ContainsKey(name), $"{type.FullName} is not in {name.Replace('.', '/')}.cs");
        });
    }

    [Fact]
    public void No_file_is_longer_than_400_lines() => Assert.All(
        Directory.GetFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories),
        file => Assert.True(File.ReadLines(file).Count() <= 400, file));

    [Fact]
    public void Half_of_the_files_are_shorter_than_80_lines() =>
        Assert.True(Files().Select(f => File.ReadLines(f).Count()).Order().ElementAt(Files().Length / 2) < 80);

    [Fact]
    public void The_zero_of_an_enum_is_the_safe_value()
    {
        Assert.Equal(DecisionKind.Hold, default);
        Assert.Equal(RollbackMode.Observe, default);
        Assert.Equal(Verdict.Unknown, default);
        Assert.Equal(StepState.Unmeasured, default);
        Assert.Equal(JournalWriteStatus.Failed, default);
        Assert.Equal(RollbackResultStatus.Failed, default);
        Assert.Equal(RollbackProgressStatus.Unknown, default);
        Assert.Equal(RollbackState.Proposed, default);
        Assert.Equal(BudgetBand.NoData, default);
        Assert.False(new RollbackPlan().IsPossible);
    }

    [Fact]
    public void Every_hold_reason_has_its_place_in_the_order_of_the_specification() => Assert.Equal(
        [
            "None", "Paused", "Unknown", "Recomputed", "BreachPredatesDeployment", "NoDeploymentInWindow", "SuspectIsRollback", "AlreadyRolledBack",
            "TooFewEvents", "NotAttributed", "DependencyBreach", "SharedOutage", "Downtime", "Frozen", "RollbackUnsafe", "ManagedElsewhere", "Superseded",
            "NoKnownGoodRevision", "Cooldown", "RateLimited", "NoCapacity", "Recovered",
        ],
        Enum.GetNames<HoldReason>());

    private static bool IsCopy(ConstructorInfo constructor) =>
        constructor.IsFamily && constructor.GetParameters() is [var only] && only.ParameterType == constructor.DeclaringType;

    private static string[] Files() => Directory.GetFiles(Source, "*.cs", SearchOption.AllDirectories);

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SloRollback.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("SloRollback.sln is not above the tests.");
        return folder;
    }
}
