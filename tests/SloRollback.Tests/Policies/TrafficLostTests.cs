namespace SloRollback.Tests.Policies;

/// <summary>Did valid events stay away since a rollout ended? v2 rolls out from 0 to 2; 100 events a minute before.</summary>
public sealed class TrafficLostTests
{
    private static readonly Deployment V2 = Given.Deployment("v2", 0);
    private static readonly SliStep Missing = new(StepState.Missing);

    /// <summary>Steps from so many minutes before T0 up to one, by a script.</summary>
    private static ObjectiveTracker Steps(int from, int to, Func<int, SliStep> script)
    {
        var tracker = Given.Tracker();
        for (var i = from; i < to; i++) tracker.Record(Given.Step0 + i, script(i));
        return tracker;
    }

    private static ObjectiveTracker Steps(int from, int to, Func<int, double> valid) => Steps(from, to, i => Given.Measured(0, valid(i)));

    private static Judgement Judge(ObjectiveTracker tracker, Deployment? deployment, params IObjectiveCounts[] peers) =>
        ConditionCompiler.Compile(Given.PageRule() with { When = new TrafficLostCondition() }, tracker.Terms).Node
            .Judge(new EvaluatedObjective(tracker, deployment, Peers: [.. peers]));

    private static Verdict At(int to, Func<int, double> valid, int from = -180) => Judge(Steps(from, to, valid), V2).Verdict;

    [Theory]
    [InlineData(3, Verdict.NotBreached)] // A single step may hold the moment when traffic moves over.
    [InlineData(4, Verdict.Breached)]
    [InlineData(60, Verdict.Breached)]
    public void A_total_loss_is_seen_two_steps_after_the_rollout(int to, Verdict verdict)
    {
        Assert.Equal(verdict, At(to, i => i < 2 ? 100 : 0));
        Assert.Equal(verdict, At(to, i => i < 0 ? 100 : 0));
    }

    [Theory]
    [InlineData(39, Verdict.Breached)]
    [InlineData(40, Verdict.NotBreached)]
    public void Lost_is_less_than_two_fifths_of_what_was_expected(int left, Verdict verdict) =>
        Assert.Equal(verdict, At(30, i => i < 2 ? 100 : left));

    [Fact]
    public void Without_a_deployment_or_before_its_rollout_has_ended_nothing_is_lost()
    {
        var tracker = Steps(-180, 60, i => i < 2 ? 100 : 0);
        Assert.Equal(Verdict.NotBreached, Judge(tracker, null).Verdict);
        Assert.Equal(Verdict.NotBreached, Judge(tracker, Given.Deployment("v2", 0, double.NaN)).Verdict);
        Assert.Equal(Verdict.NotBreached, Judge(tracker, Given.Deployment("v2", 0, 58.5)).Verdict);
    }

    [Fact]
    public void The_end_of_a_rush_hour_is_no_loss_where_yesterday_had_one_too()
    {
        static double Rush(int i) => ((i % 1440) + 1440) % 1440 is >= 2 and < 600 ? 10 : 100;
        Assert.Equal(Verdict.NotBreached, At(30, Rush, from: -1500));

        // Who has never seen an evening cannot know.
        Assert.Equal(Verdict.Breached, At(30, Rush, from: -180));
    }

    [Fact]
    public void A_night_that_came_once_a_week_ago_is_found_in_the_buckets_of_three_hours()
    {
        // Sunday: so quiet only a week ago, for the three hours that begin at T0.
        static double Sunday(int i) => i is >= 2 or (>= -10_080 and < -9900) ? 20 : 100;
        Assert.Equal(Verdict.NotBreached, At(30, Sunday, from: -10_500));
        Assert.Equal(Verdict.Breached, At(30, i => i >= 2 ? 20 : 100, from: -10_500));
    }

    [Fact]
    public void A_quarter_of_an_hour_that_was_quiet_already_lets_expect_no_more()
    {
        Assert.Equal(Verdict.NotBreached, At(30, i => i >= -15 ? 20 : 100));
        Assert.Equal(Verdict.Breached, At(30, i => i >= -15 ? i < 2 ? 60 : 20 : 100));
    }

    [Fact]
    public void A_loss_that_recovers_is_over()
    {
        static double Outage(int i) => i is >= 2 and < 12 ? 0 : 100;
        Assert.Equal(Verdict.Breached, At(12, Outage));
        var verdicts = Enumerable.Range(13, 50).Select(to => At(to, Outage)).ToList();
        Assert.Contains(Verdict.NotBreached, verdicts);
        Assert.DoesNotContain(Verdict.Breached, verdicts.SkipWhile(v => v == Verdict.Breached));
        Assert.InRange(verdicts.TakeWhile(v => v == Verdict.Breached).Count(), 0, 10);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(30)]
    public void A_loss_that_begins_later_is_none_since_the_rollout(int later)
    {
        for (var to = 4; to < 120; to++)
            Assert.Equal((to, Verdict.NotBreached), (to, At(to, i => i < 2 + later ? 100 : 0)));
    }

    [Fact]
    public void One_step_in_which_traffic_moves_over_is_forgiven() => Assert.Equal(Verdict.Breached, At(10, i => i < 3 ? 100 : 0));

    [Fact]
    public void Missing_steps_had_no_events_while_the_source_answers()
    {
        Assert.Equal(Verdict.Breached, Judge(Steps(-180, 10, i => i < 2 ? Given.Measured(0, 100) : Missing), V2).Verdict);

        // Series that were never there are not lost.
        Assert.Equal(UnknownReason.TooFewEvents, Judge(Steps(-180, 10, _ => Missing), V2).Reason);
    }

    [Fact]
    public void Unmeasured_steps_are_not_lost_ones()
    {
        static SliStep Every(int i, int nth, double valid) => i < 2 ? Given.Measured(0, 100) : i % nth == 1 ? Given.Measured(0, valid) : Given.Unmeasured;
        Assert.Equal(Verdict.NotBreached, Judge(Steps(-180, 32, i => Every(i, 2, 100)), V2).Verdict);
        Assert.Equal(Verdict.Breached, Judge(Steps(-180, 32, i => Every(i, 2, 0)), V2).Verdict);
        Assert.Equal(Judgement.Unknown(UnknownReason.LookbackUnmeasured), Judge(Steps(-180, 32, i => Every(i, 3, 0)), V2));
        Assert.Equal(Judgement.Unknown(UnknownReason.NewestStepUnmeasured), Judge(Steps(-180, 33, i => Every(i, 2, 0)), V2));
    }

    [Theory]
    [InlineData(1, 7, UnknownReason.TooFewEvents)]
    [InlineData(1, 8, UnknownReason.None)]
    [InlineData(3.99, 2, UnknownReason.TooFewEvents)]
    [InlineData(4, 2, UnknownReason.None)]
    public void Under_8_expected_events_are_too_few(double rate, int steps, UnknownReason reason) =>
        Assert.Equal(reason, Judge(Steps(-180, 2 + steps, i => i < 2 ? rate : 0), V2).Reason);

    [Theory]
    [InlineData(9, Verdict.NotBreached)] // e^-9 is 1.2 in 10,000.
    [InlineData(10, Verdict.Breached)]
    public void It_must_be_too_rare_for_chance(int steps, Verdict verdict) => Assert.Equal(verdict, At(2 + steps, i => i < 2 ? 1 : 0));

    [Fact]
    public void A_time_before_of_which_little_is_known_is_unknown()
    {
        SliStep Before(int i) => i >= 2 ? Given.Measured(0, 0) : i is >= -60 and < -47 ? Given.Unmeasured : Given.Measured(0, 100);
        Assert.Equal(Judgement.Unknown(UnknownReason.BeforeDeploymentUnmeasured), Judge(Steps(-180, 10, Before), V2));
        Assert.Equal(Verdict.Breached, Judge(Steps(-180, 10, i => i == -60 ? Given.Measured(0, 100) : Before(i)), V2).Verdict);
        Assert.Equal(Judgement.Unknown(UnknownReason.BeforeDeploymentUnmeasured), Judge(Steps(-40, 10, i => i < 2 ? 100 : 0), V2));
    }

    [Fact]
    public void What_another_service_lost_too_is_no_fault_of_the_deployment()
    {
        var (lost, kept, quiet) = (Steps(-180, 10, i => i < 2 ? 100 : 0), Steps(-180, 10, _ => 100), Steps(-180, 10, _ => 0.1));
        Assert.Equal(Verdict.Breached, Judge(lost, V2, kept, quiet).Verdict);
        Assert.Equal(Verdict.NotBreached, Judge(lost, V2, kept, Steps(-180, 10, i => i < 2 ? 50 : 1)).Verdict);
    }

    [Fact]
    public void Its_result_tells_what_was_expected_and_dates_the_loss_by_the_rollouts_end()
    {
        var explained = Steps(-180, 12, i => i < 2 ? 100 : 3).Explain(new TrafficLostCondition(), V2);
        Assert.Equal((Verdict.Breached, 30, 1000, Given.At(2)), (explained.Verdict, explained.ObservedValid, explained.ExpectedValid, explained.ErrorsBegan));
        Assert.Null(Steps(-180, 12, _ => 100).Explain(new TrafficLostCondition(), V2).ErrorsBegan);

        // A rollout that ended inside a step: the next one is the first that counts.
        var later = Steps(-180, 12, i => i < 3 ? 100 : 3).Explain(new TrafficLostCondition(), Given.Deployment("v2", 0, 2.5));
        Assert.Equal((27, 900, Given.At(3)), (later.ObservedValid, later.ExpectedValid, later.ErrorsBegan));
    }

    [DiceProperty(MaxTest = 40)]
    public void It_agrees_with_the_rule_by_the_letter(Dice dice)
    {
        var history = dice.Of(50, 200, 1600, 10_600);
        var tracker = Given.Tracker();
        var steps = new Dictionary<long, SliStep>();
        var deployment = Given.Deployment("v2", dice.Between(0, 5) + dice.Of(0, 0.5), dice.Of(0.5, 2, 7));
        var (rate, left, gaps) = (dice.Of(0.3, 2, 40, 300), dice.Of(0, 0.1, 0.3, 0.5, 1), dice.Of(0, 0, 0.2, 0.5));
        var (loss, recovery) = (dice.Between(0, 14), dice.Of(1000, 1000, dice.Between(10, 60)));
        var wave = dice.Of(0, 0.5, 0.9);
        for (var i = -history; i < 70; i++)
        {
            var share = (i >= loss && i < recovery ? left : 1) * (1 - (wave * Math.Abs(i % 1440) / 1440));
            var value = Given.Measured(0, dice.Below((int)(rate * share * 200) + 1) / 100);
            if (i > -20 && dice.Chance(gaps)) value = dice.Of(Given.Unmeasured, Missing, new SliStep(StepState.Excluded), new SliStep(StepState.Inconsistent));
            steps[Given.Step0 + i] = value;
            tracker.Record(Given.Step0 + i, value);
            if (i >= 0) Assert.Equal((i, NaiveTraffic.Judge(steps, deployment, 0.4)), (i, Judge(tracker, deployment)));
        }
    }
}
