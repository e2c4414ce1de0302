namespace SloRollback.Tests.Policies;

/// <summary>Judging allocates nothing in the steady state, whatever the condition.</summary>
public sealed class AllocationTests
{
    private static readonly Duration Lookback = Duration.FromMinutes(30);

    private static readonly Condition[] Kinds =
    [
        Given.Burn(Given.Hour, 14.4m),
        Given.Burn(Given.Hour, 14.4m, sinceDeployment: true),
        Given.Burn(Duration.FromDays(3), Duration.FromHours(6), 1, sinceDeployment: true),
        new SliBelowCondition { Value = 0.95m, Lookback = Lookback },
        new BudgetRemainingCondition { Below = 0.25m },
        new BudgetRemainingCondition { Below = 20, Unit = BudgetUnit.Minutes },
        new BudgetRemainingCondition { Below = 20, Unit = BudgetUnit.Events },
        new BudgetConsumedCondition { Lookback = Lookback, Above = 0.02m },
        new BudgetConsumedSinceDeploymentCondition { Above = 0.01m },
        new TrafficLostCondition(),
        new ForCondition { Condition = Given.Burn(Given.Hour, 1), Duration = Lookback },
        BurnRatePairs.Create("page", Given.Slo(99), Given.Month, sinceDeployment: true)!,
        new AllCondition { Conditions = [Given.Burn(Given.Hour, 1), new BudgetConsumedSinceDeploymentCondition { Above = 0.01m }] },
    ];

    private static void Check(Objective objective, Func<int, SliStep> script, params IObjectiveCounts[] peers)
    {
        var tracker = Given.Tracker(objective);
        for (var i = -6000; i < 20; i++) tracker.Record(Given.Step0 + i, script(i));
        var deployment = Given.Deployment("v2", 0);
        var mark = tracker.Mark(deployment);
        foreach (var condition in Kinds)
        {
            var (node, count) = ConditionCompiler.Compile(Given.PageRule() with { When = condition }, tracker.Terms);
            var subject = new EvaluatedObjective(tracker, deployment, mark, new ForClocks(count), [.. peers]);
            var verdict = node.Judge(subject).Verdict;
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++) verdict = node.Judge(subject).Verdict;
            Assert.Equal((condition, verdict, 0), (condition, verdict, GC.GetAllocatedBytesForCurrentThread() - before));
        }
    }

    public static readonly TheoryData<CompliancePeriod> Periods = [CompliancePeriod.Rolling(30), CompliancePeriod.Month("Europe/Berlin")];

    [Theory]
    [MemberData(nameof(Periods))]
    public void Quiet_breached_unmeasured_and_after_a_reset(CompliancePeriod period)
    {
        var objective = Given.Events(99, period);
        Check(objective, _ => Given.Measured(0, 100));
        Check(objective, i => Given.Measured(i >= 0 ? 50 : 0, 100));
        Check(objective, i => i % 10 == 3 ? Given.Unmeasured : Given.Measured(i >= 0 ? 50 : 0, 100, isRecovered: i == -1000));
        Check(objective with { Resets = [new BudgetReset { Id = "r", At = Given.At(-100), Reason = "test", By = "test" }] }, i => Given.Measured(i % 2, 100));
    }

    [Fact]
    public void A_service_beside_others_and_one_that_lost_its_traffic()
    {
        var kept = Given.Tracker();
        kept.Fill(Given.Step0 - 200, 220, Given.Measured(0, 100));
        Check(Given.Events(), i => Given.Measured(0, 100), kept, kept);
        Check(Given.Events(), i => Given.Measured(0, i < 2 ? 100 : 0));
    }

    /// <summary>One new step: counted, its rules judged, its budget and burn rates taken.</summary>
    [Fact]
    public void A_whole_step_of_an_objective()
    {
        var objective = Given.Events(99.9m) with
        {
            Rules =
            [
                new PolicyRule { Id = "page", When = BurnRatePairs.Create("page", Given.Slo(99.9m), Given.Month, sinceDeployment: false)! },
                new PolicyRule { Id = "ticket", When = BurnRatePairs.Create("ticket", Given.Slo(99.9m), Given.Month, sinceDeployment: false)! },
            ],
        };
        var state = new EngineState(new EngineSettings(), [new MonitoredService { Id = Given.Service, Objectives = [objective] }]);
        var input = new EngineInput([], new Dictionary<DeploymentTarget, TargetHistory>(), GuardState.Empty, default, new HashSet<RollbackId>());
        var output = new OutputBuilder(state, input);
        var one = state.Objectives[0];
        double Step(long step)
        {
            StepIntake.Record(one, step, new SliCell(StepState.Measured, step % 7 == 0 ? 1 : 0, 500), one.Outcome);
            RuleEvaluation.Evaluate(state, one, input, output);
            var sum = one.Counts.Budget().Remaining;
            foreach (var lookback in one.Lookbacks) sum += one.Counts.Last(lookback).Bad;
            return sum;
        }

        for (var step = 0L; step < 6000; step++) Step(step);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 6000L; step < 7000; step++) Step(step);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
