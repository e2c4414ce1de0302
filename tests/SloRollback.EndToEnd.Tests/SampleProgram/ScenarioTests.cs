using SloRollback.Rollbacks;

namespace SloRollback.EndToEnd.Tests.SampleProgram;

public sealed class ScenarioTests(ScenarioRuns runs) : IClassFixture<ScenarioRuns>
{
    [Fact]
    public void Bad_release_is_rolled_back_and_the_last_line_says_so()
    {
        var run = runs.BadRelease;
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal("Rolled back checkout v2 → v1: Succeeded", run.LastLine);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void Bad_release_leaves_evidence_from_the_proposal_to_the_verification()
    {
        var evidence = Assert.Single(runs.BadRelease.Evidence);
        Assert.Equal(DecisionKind.RollBack, evidence.Decision.Kind);
        Assert.Equal("v2", evidence.Decision.Suspect?.Revision.Name);
        Assert.Equal("v1", evidence.Decision.ReturnTo?.Name);
        Assert.Equal(
            [RollbackState.Proposed, RollbackState.Executing, RollbackState.Verifying, RollbackState.Succeeded],
            evidence.Transitions.Select(t => t.State).Distinct());
        Assert.Equal(RollbackState.Succeeded, evidence.Verification?.Outcome);
    }

    [Fact]
    public void Outage_that_began_before_the_release_is_not_blamed_on_it()
    {
        var run = runs.DependencyOutage;
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal("Held: BreachPredatesDeployment", run.LastLine);
        Assert.NotEmpty(run.Evidence);
        Assert.All(run.Evidence, e => Assert.Equal(DecisionKind.Hold, e.Decision.Kind));
        Assert.All(run.Evidence, e => Assert.Empty(e.Transitions));
    }

    [Fact]
    public void Evidence_replays_to_the_same_decision()
    {
        foreach (var evidence in runs.BadRelease.Evidence.Concat(runs.DependencyOutage.Evidence))
        {
            var again = evidence.Replay();
            Assert.Equal(evidence.Decision.Kind, again.Kind);
            Assert.Equal(evidence.Decision.Holds, again.Holds);
            Assert.Equal(evidence.Decision.Suspect, again.Suspect);
            Assert.Equal(evidence.Decision.ReturnTo, again.ReturnTo);
            Assert.Equal(evidence.Decision.Text, again.Text);
        }
    }

    [Fact]
    public void Redirected_output_is_plain_text_with_the_budget_drawn_and_the_evidence_named_at_the_end()
    {
        foreach (var run in (SampleRun[])[runs.BadRelease, runs.DependencyOutage])
        {
            Assert.DoesNotContain('\u001b', run.Output);
            Assert.Contains("Error budget left of", run.Output, StringComparison.Ordinal);
            Assert.Contains("100 % ┤", run.Output, StringComparison.Ordinal);
            Assert.Contains('▲', run.Output);
            Assert.All(
                Directory.GetFiles(run.EvidenceDirectory),
                file => Assert.Contains($"Evidence: {file}{Environment.NewLine}", run.Output, StringComparison.Ordinal));
        }
    }
}
