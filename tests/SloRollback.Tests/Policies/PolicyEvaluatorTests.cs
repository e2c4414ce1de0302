namespace SloRollback.Tests.Policies;

/// <summary>How an episode begins and ends, and what it remembers of its deployments (SEMANTICS §5).</summary>
public sealed class PolicyEvaluatorTests
{
    private static readonly Condition Fast = Given.Burn(Given.Hour, Duration.FromMinutes(5), 14.4m);
    private static readonly Condition Slow = Given.Burn(Duration.FromHours(6), Duration.FromMinutes(30), 6m);

    private static ConditionResult Result(Condition condition, Verdict verdict, params ConditionResult[] parts) =>
        new() { Condition = condition, Verdict = verdict, Parts = [.. parts] };

    private static readonly ObjectiveTracker Quiet = QuietUntil(1);

    private static ObjectiveTracker QuietUntil(int minutes)
    {
        var tracker = Given.Tracker(percent: 99.9m);
        tracker.Fill(Given.Step0 - 100, 100 + minutes, Given.Measured(0, 100));
        return tracker;
    }

    private static Episode Begin(double at) => PolicyEvaluator.Begin(Given.Rule, null, Result(Fast, Verdict.Breached), Given.At(at), Quiet);

    [Fact]
    public void It_begins_at_the_first_breach_and_ends_at_the_first_not_breached()
    {
        var open = Begin(1);
        Assert.Equal((Given.At(1), Given.T0, EpisodeEnd.Open), (open.Onset, open.ErrorsBegan, open.End));
        var later = PolicyEvaluator.Next(open, Verdict.Breached, Given.At(5));
        Assert.Equal((Given.At(1), Given.At(5)), (later.Onset, later.LastVerdict));
        var ended = PolicyEvaluator.Next(later, Verdict.NotBreached, Given.At(6));
        Assert.Equal((EpisodeEnd.Recovered, Given.At(6)), (ended.End, ended.EndedAt));
    }

    [Theory]
    [InlineData(60.99, EpisodeEnd.Open)]
    [InlineData(61, EpisodeEnd.Lost)]
    public void Without_a_verdict_for_a_whole_long_look_back_it_is_lost(double at, EpisodeEnd end) =>
        Assert.Equal(end, PolicyEvaluator.Next(Begin(1), Verdict.Unknown, Given.At(at)).End);

    [Fact]
    public void Of_several_breached_conditions_the_earliest_run_the_longest_look_backs_and_the_smallest_factor_count()
    {
        // At 99.9 % the fast page's run leaves 0 above 1.44 % and the slow one's above 0.6 %.
        var tracker = Given.Tracker(percent: 99.9m);
        tracker.Fill(Given.Step0 - 300, 280, Given.Measured(0, 100));
        tracker.Fill(tracker.Next, 17, Given.Measured(1, 100));
        tracker.Fill(tracker.Next, 3, Given.Measured(50, 100));
        var any = new AnyCondition { Conditions = [Fast, Slow] };
        Episode Of(Verdict slow) => PolicyEvaluator.Begin(
            Given.Rule, null, Result(any, Verdict.Breached, Result(Fast, Verdict.Breached), Result(Slow, slow)), Given.T0, tracker);

        var both = Of(Verdict.Breached);
        Assert.Equal((6m, Duration.FromHours(6), Duration.FromMinutes(30), Given.At(-20)), (both.Above, both.LongLookback, both.ShortLookback, both.ErrorsBegan));
        var one = Of(Verdict.NotBreached);
        Assert.Equal((14.4m, Given.Hour, Duration.FromMinutes(5), Given.At(-3)), (one.Above, one.LongLookback, one.ShortLookback, one.ErrorsBegan));
    }

    [Fact]
    public void A_condition_that_dates_its_beginning_by_itself_is_believed()
    {
        var lost = Result(new TrafficLostCondition(), Verdict.Breached) with { ErrorsBegan = Given.At(-7) };
        var any = Result(new AnyCondition { Conditions = [Fast, lost.Condition] }, Verdict.Breached, Result(Fast, Verdict.Breached), lost);
        Assert.Equal(Given.At(-7), PolicyEvaluator.Begin(Given.Rule, null, any, Given.At(1), Quiet).ErrorsBegan);
    }

    [Fact]
    public void A_condition_without_factor_is_dated_by_the_slow_pages()
    {
        var windows = Assert.Single(BurnWindows.Of(new BudgetConsumedSinceDeploymentCondition { Above = 0.01m }, Given.Slo(99)));
        Assert.Equal((6m, Duration.FromHours(6), Duration.FromMinutes(30)), (windows.Above, windows.Long, windows.Short));
    }

    [Fact]
    public void Facts_say_what_the_run_held_when_the_deployment_started()
    {
        var tracker = Given.Tracker();
        tracker.Fill(Given.Step0 - 100, 98, Given.Measured(0, 100));
        tracker.Fill(Given.Step0 - 2, 10, Given.Measured(4, 100));
        var episode = Begin(8) with { ErrorsBegan = Given.At(-2) };
        DeploymentFacts Of(double start) => PolicyEvaluator.Facts(episode, Given.Deployment("v2", start), tracker);

        Assert.Equal((8, 32, 800, 1), (Of(0).BadBefore, Of(0).BadSince, Of(0).ValidSince, Of(0).CoverageBefore));
        // The step that contains the start counts neither as before nor as since.
        Assert.Equal((8, 28), (Of(0.5).BadBefore, Of(0.5).BadSince));
        Assert.Equal(0, Of(-2).BadBefore);
        Assert.Equal(4, Of(-1).BadBefore);
    }

    [Fact]
    public void Errors_that_fill_the_long_look_back_before_a_deployment_and_began_before_it_are_the_present_level()
    {
        bool IsPresentLevel(int errors, int quiet)
        {
            var tracker = Given.Tracker(percent: 99.9m);
            tracker.Fill(Given.Step0 - 400, 400 - errors - quiet, Given.Measured(0, 100));
            tracker.Fill(tracker.Next, errors, Given.Measured(10, 100));
            tracker.Fill(tracker.Next, quiet, Given.Measured(0, 100));
            return PolicyEvaluator.Facts(Begin(8), Given.Deployment("v2", 0), tracker).IsPresentLevel;
        }

        Assert.False(IsPresentLevel(errors: 60, quiet: 0));
        Assert.True(IsPresentLevel(errors: 61, quiet: 0));
        Assert.True(IsPresentLevel(errors: 300, quiet: 0));

        // An outage that has left the look-back is over.
        Assert.False(IsPresentLevel(errors: 10, quiet: 60));
    }

    [Fact]
    public void Coverage_before_counts_the_short_look_back_before_the_start()
    {
        var tracker = Given.Tracker();
        tracker.Fill(Given.Step0, 10, Given.Measured(0, 100));
        tracker.Fill(Given.Step0 + 10, 1, Given.Unmeasured);
        tracker.Fill(Given.Step0 + 11, 9, Given.Measured(0, 100));
        var episode = Begin(20);
        double Of(double start) => PolicyEvaluator.Facts(episode, Given.Deployment("v2", start), tracker).CoverageBefore;
        Assert.Equal([1, 0.8, 0.8, 1], [Of(10), Of(11), Of(15), Of(16)]);
        Assert.Equal(0.4, Of(2), 12);
    }
}
