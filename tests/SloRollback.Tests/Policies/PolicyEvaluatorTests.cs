namespace SloRollback.Tests.Policies;

/// <summary>How an episode begins and ends, and what it remembers of its deployments (SEMANTICS §5).</summary>
public sealed class PolicyEvaluatorTests
{
    private static readonly Condition Fast = Given.Burn(Given.Hour, Duration.FromMinutes(5), 14.4m);
    private static readonly Condition Slow = Given.Burn(Duration.FromHours(6), Duration.FromMinutes(30), 6m);

    private static ConditionResult Result(Condition condition, Verdict verdict, params ConditionResult[] parts) =>
        new() { Condition = condition, Verdict = verdict, Parts = [.. parts] };

    private static Episode? Next(Episode? open, Verdict verdict, double at) =>
        PolicyEvaluator.Next(open, Given.Rule, null, Result(Fast, verdict), Given.At(at), [], Given.Minute);

    [Fact]
    public void It_begins_at_the_first_breach_and_ends_at_the_first_not_breached()
    {
        Assert.Null(Next(null, Verdict.NotBreached, 1));
        Assert.Null(Next(null, Verdict.Unknown, 1));
        var open = Next(null, Verdict.Breached, 1)!;
        Assert.Equal((Given.At(1), Given.T0, EpisodeEnd.Open), (open.Onset, open.ErrorsBegan, open.End));
        var later = Next(open, Verdict.Breached, 5)!;
        Assert.Equal((Given.At(1), Given.At(5)), (later.Onset, later.LastVerdict));
        Assert.Equal((EpisodeEnd.Recovered, Given.At(6)), (Next(later, Verdict.NotBreached, 6)!.End, Next(later, Verdict.NotBreached, 6)!.EndedAt));
    }

    [Theory]
    [InlineData(60.99, EpisodeEnd.Open)]
    [InlineData(61, EpisodeEnd.Lost)]
    public void Without_a_verdict_for_a_whole_long_look_back_it_is_lost(double at, EpisodeEnd end) =>
        Assert.Equal(end, Next(Next(null, Verdict.Breached, 1), Verdict.Unknown, at)!.End);

    [Fact]
    public void Of_several_breached_conditions_the_earliest_run_the_longest_look_backs_and_the_smallest_factor_count()
    {
        var runs = new[] { 14.4m, 6m, 1m }.Select(above => new ErrorRun(above, Given.Slo(99.9m))).ToImmutableArray();
        runs[2].Add(Given.Step0 - 500, 50, 100);
        runs[1].Add(Given.Step0 - 20, 50, 100);
        runs[0].Add(Given.Step0 - 3, 50, 100);
        var any = new AnyCondition { Conditions = [Fast, Slow] };
        Episode Begin(Verdict slow) => PolicyEvaluator.Next(
            null, Given.Rule, null, Result(any, Verdict.Breached, Result(Fast, Verdict.Breached), Result(Slow, slow)), Given.T0, runs, Given.Minute)!;

        var both = Begin(Verdict.Breached);
        Assert.Equal((6m, Duration.FromHours(6), Duration.FromMinutes(30), Given.At(-20)), (both.Above, both.LongLookback, both.ShortLookback, both.ErrorsBegan));
        var one = Begin(Verdict.NotBreached);
        Assert.Equal((14.4m, Given.Hour, Duration.FromMinutes(5), Given.At(-3)), (one.Above, one.LongLookback, one.ShortLookback, one.ErrorsBegan));
    }

    [Fact]
    public void A_condition_without_factor_is_dated_by_the_slow_pages()
    {
        var windows = Assert.Single(BurnWindows.Of(new BudgetConsumedSinceDeploymentCondition { Above = 0.01m }));
        Assert.Equal((6m, Duration.FromHours(6), Duration.FromMinutes(30)), (windows.Above, windows.Long, windows.Short));
    }

    [Fact]
    public void Facts_say_what_the_run_held_when_the_deployment_started()
    {
        var tracker = new ObjectiveTracker(Given.Minute, Given.Month);
        tracker.Fill(Given.Step0 - 100, 98, Given.Measured(0, 100));
        tracker.Fill(Given.Step0 - 2, 10, Given.Measured(4, 100));
        var episode = Next(null, Verdict.Breached, 8)! with { ErrorsBegan = Given.At(-2) };
        DeploymentFacts Of(double start) => PolicyEvaluator.Facts(episode, Given.Deployment("v2", start), tracker);

        Assert.Equal((8, 32, 800, 1), (Of(0).BadBefore, Of(0).BadSince, Of(0).ValidSince, Of(0).CoverageBefore));
        // The step that contains the start counts neither as before nor as since.
        Assert.Equal((8, 28), (Of(0.5).BadBefore, Of(0.5).BadSince));
        Assert.Equal(0, Of(-2).BadBefore);
        Assert.Equal(4, Of(-1).BadBefore);
        Assert.False(Of(58).IsPresentLevel);
        Assert.True((PolicyEvaluator.Facts(episode, Given.Deployment("v2", 58) with { StartedAt = Given.At(58) + Duration.Epsilon }, tracker)).IsPresentLevel);
    }

    [Fact]
    public void Coverage_before_counts_the_short_look_back_before_the_start()
    {
        var tracker = new ObjectiveTracker(Given.Minute, Given.Month);
        tracker.Fill(Given.Step0, 10, Given.Measured(0, 100));
        tracker.Fill(Given.Step0 + 10, 1, Given.Unmeasured);
        tracker.Fill(Given.Step0 + 11, 9, Given.Measured(0, 100));
        var episode = Next(null, Verdict.Breached, 20)!;
        double Of(double start) => PolicyEvaluator.Facts(episode, Given.Deployment("v2", start), tracker).CoverageBefore;
        Assert.Equal([1, 0.8, 0.8, 1], [Of(10), Of(11), Of(15), Of(16)]);
        Assert.Equal(0.4, Of(2), 12);
    }
}
