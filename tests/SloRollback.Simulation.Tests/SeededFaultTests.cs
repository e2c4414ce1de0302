using SloRollback.Simulation.Tests.Engine;

namespace SloRollback.Simulation.Tests;

/// <summary>A simulation that finds nothing may be blind: it must find what is put in on purpose.</summary>
public class SeededFaultTests
{
    public static TheoryData<string> Journals => [.. SeededFault.All.Select(f => f.Name)];

    public static TheoryData<string> Mutants => [.. Mutant.All.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Journals))]
    public void A_journal_that_breaks_its_promise_is_found(string name)
    {
        var fault = SeededFault.All.Single(f => f.Name == name);
        var found = Enumerable.Range(1, 200).Select(seed => Run.Of(seed, faults: fault)).FirstOrDefault(run => run.Violation is not null);
        Assert.NotNull(found);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {found.Seed}: {found.Violation!.Message}");
    }

    /// <summary>That each is found is shown by <c>tests/simulate.sh --faults</c>, which builds them; here, that the list fits the code.</summary>
    [Theory]
    [MemberData(nameof(Mutants))]
    public void A_fault_that_is_put_into_the_code_has_its_place(string name)
    {
        var mutant = Mutant.All.Single(m => m.Name == name);
        var text = File.ReadAllText(Path.Combine(Root(), mutant.File));
        Assert.NotEqual(text, mutant.Replaced(text));
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "SloRollback.sln")))
            directory = directory.Parent ?? throw new DirectoryNotFoundException("no SloRollback.sln above the tests");
        return directory.FullName;
    }
}
