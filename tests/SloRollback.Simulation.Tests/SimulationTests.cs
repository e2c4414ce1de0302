using SloRollback.Rollbacks;
using SloRollback.Simulation.Tests.Engine;

namespace SloRollback.Simulation.Tests;

public class SimulationTests
{
    private const int Seeds = 5_000;

    [Fact]
    public void No_invariant_breaks_in_five_thousand_runs()
    {
        var tally = Many.Run(1, Seeds, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(tally.ToString());

        // A simulation in which nothing happens proves nothing.
        Assert.All(Enum.GetValues<RollbackState>(), state => Assert.True(tally[state] > 20, $"{state} was entered {tally[state]} times"));
        Assert.True(tally.Crashes > Seeds, $"{tally.Crashes} crashes");
    }

    [Fact]
    public void A_seed_is_one_run()
    {
        for (var seed = 1; seed <= 20; seed++)
            Assert.Equal(Run.Of(seed, isTraced: true).Trace, Run.Of(seed, isTraced: true).Trace);
    }
}
