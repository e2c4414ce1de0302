namespace SloRollback.Tests.BackFilling;

/// <summary>History that is filled in backward, in pieces, late, and over restarts, gives the counts of one that was seen in its time.</summary>
public sealed class BackFillPropertyTests
{
    private const int Back = 900;

    private static BackFillRun Any(Dice dice, double error = 0, bool isRolling = false)
    {
        var step = Duration.FromMinutes(dice.Of(5, 7, 10, 20, 30, 60));
        var cell = (int)Math.Floor(Given.Hour / step);
        var settings = new EngineSettings
        {
            Step = step,
            ReplaySteps = dice.Of(10, 40, 64),
            StepsKept = step * dice.Of(70, 90),
            MediumBucket = step * cell,
            MediumBucketsKept = step * 120,
            CoarseBucket = step * (3 * cell),
        };
        var newest = StepGrid.IndexOf(Given.T0, step) + dice.Below(500);
        var isWeek = !isRolling && step >= Duration.FromMinutes(20) && dice.Chance(0.5);
        var period = isWeek ? CompliancePeriod.Week(dice.Of("UTC", "Asia/Kathmandu", "America/St_Johns")) : CompliancePeriod.Rolling(step * dice.Of(150, 301, 600));
        Objective[] objectives =
        [
            Events(dice, period, step, newest),
            Sliced(dice, "one", period, step, newest),
            Sliced(dice, "other", period, step, newest),
            Given.Events(99, period) with { Id = "both", Indicator = Both },
        ];
        return new BackFillRun(dice, settings, objectives, newest - Back, newest) { Error = error };
    }

    private static CompositeIndicator Both => new()
    {
        Kind = CompositeKind.All,
        Members = [new CompositeMember { Service = Given.Service, Objective = "one" }, new CompositeMember { Service = Given.Service, Objective = "other" }],
    };

    private static Objective Events(Dice dice, CompliancePeriod period, Duration step, long newest) => Given.Events(99, period) with
    {
        Indicator = Readers.GoodAndBad,
        Downtimes = Downtimes(dice, step, newest),
        Resets = dice.Some(2, i => new BudgetReset { Id = $"r{i}", At = StepGrid.StartOf(newest, step) - (step * dice.Below(300)), Reason = "r", By = "b" }),
        Rules = [Given.PageRule() with { Rollback = new RollbackAction { Target = Given.Target, Window = new RollbackWindow(Duration.FromDays(30)) } }],
    };

    private static Objective Sliced(Dice dice, string id, CompliancePeriod period, Duration step, long newest) => Given.Events(99, period) with
    {
        Id = id,
        Indicator = Readers.GoodAndBad,
        Budgeting = BudgetingMethod.Timeslices,
        Downtimes = Downtimes(dice, step, newest),
        Slices = new TimeSlices
        {
            Length = step,
            Operator = ComparisonOperator.GreaterOrEqual,
            Threshold = 0.9m,
            Consecutive = dice.Of(1, 2, 3),
            Retroactive = dice.Chance(0.5),
            Missing = dice.Of(Enum.GetValues<MissingSlices>()),
        },
    };

    private static ImmutableArray<Downtime> Downtimes(Dice dice, Duration step, long newest) => dice.Some(2, i =>
    {
        // Not at the seam: there the run of bad slices is cut by a good one.
        var at = StepGrid.StartOf(newest, step) - (step * dice.Between(140, 400)) + (step * dice.Of(0, 0.5));
        return (Downtime)new OneOffDowntime { Id = $"d{i}", Start = at, End = at + (step * dice.Of(0.25, 1, 7, 30)) };
    });

    private static void Finish(Dice dice, BackFillRun run)
    {
        run.Tick(0);
        for (var i = dice.Of(0, 2); i > 0; i--)
        {
            run.Deployments.Add(Given.Deployment($"v{i}", 0) with { StartedAt = StepGrid.StartOf(run.Newest, run.State.Settings.Step) - (run.State.Settings.Step * dice.Between(1, 200)) - Duration.FromSeconds(dice.Of(0, 7)) });
            run.Tick(1);
        }

        var chunk = Duration.FromHours(dice.Of(1, 5, 24, 200));
        var rounds = 0;
        for (var isLacking = true; isLacking; rounds++)
        {
            isLacking = false;
            foreach (var objective in dice.Shuffled(Enumerable.Range(0, 4)))
                isLacking |= run.Ask(objective, chunk);
            if (dice.Chance(0.3) && rounds < 150) run.Tick(dice.Between(1, 2));
            if (dice.Chance(0.1)) run.Restart();
            if (dice.Chance(0.7)) run.Arrive();
            Assert.True(rounds < 5000, "it never ends");
        }

        run.Arrive();
        run.Tick(1);
    }

    [DiceProperty(MaxTest = 300)]
    public void What_is_filled_in_counts_as_if_it_had_been_seen_in_its_time(Dice dice)
    {
        var run = Any(dice);
        Finish(dice, run);
        var expected = run.InOrder();
        foreach (var (i, (real, inOrder)) in run.State.Objectives.Zip(expected.Objectives).Index())
        {
            Assert.Equal((inOrder.Tracker!.First, inOrder.Tracker.Next), (real.Tracker!.First, real.Tracker.Next));
            for (var from = real.Tracker.First; from < real.Tracker.Next; from++)
            {
                if (from % run.Cell == 0 || real.Terms.IsSliced)
                    Assert.Equal(inOrder.Tracker.Between(from, inOrder.Tracker.Next), real.Tracker.Between(from, real.Tracker.Next));
            }

            Assert.Equal(inOrder.Tracker.Budget(), real.Tracker.Budget());
            Assert.Equal(inOrder.Tracker.Finished(), real.Tracker.Finished());
            if (!real.IsComposite) Assert.True(real.Tracker.First <= run.OldestKnown(i));
            foreach (var deployment in i == 0 ? run.Deployments : [])
            {
                var (expectedMark, mark) = (inOrder.Tracker.Mark(deployment), real.Tracker.Mark(deployment));
                Assert.Equal(inOrder.Tracker.Since(expectedMark), real.Tracker.Since(mark));
                Assert.Equal(inOrder.Tracker.BadBefore(expectedMark, inOrder.Tracker.First), real.Tracker.BadBefore(mark, real.Tracker.First));
            }

            var status = run.Output!.Status.Objectives[i];
            Assert.Equal((1, null), (status.BackFill!.Progress, status.ApproximateBefore));
            Assert.Equal(status.BackFill.From, status.BackFill.DoneUntil);
        }
    }

    [DiceProperty(MaxTest = 100)]
    public void Estimates_are_as_close_as_they_are_and_marked(Dice dice)
    {
        var run = Any(dice, error: 0.002);
        Finish(dice, run);
        var (real, inOrder) = (run.State.Objectives[0], run.InOrder().Objectives[0]);
        var (budget, exact) = (real.Tracker!.Budget(), inOrder.Tracker!.Budget());
        Assert.InRange(budget.Valid, exact.Valid * 0.998, exact.Valid * 1.002);
        Assert.InRange(budget.Bad, exact.Bad * 0.998, exact.Bad * 1.002);
        Assert.Equal((exact.Coverage, exact.Measured), (budget.Coverage, budget.Measured));

        var status = run.Output!.Status.Objectives;
        Assert.Equal([null, null, null], status.Skip(1).Select(o => o.ApproximateBefore));
        if (budget.Valid != exact.Valid) Assert.NotNull(status[0].ApproximateBefore);
        if (status[0].ApproximateBefore is { } before)
        {
            var from = StepGrid.IndexOf(before, run.State.Settings.Step);
            Assert.Equal(0, from % run.Cell);
            Assert.Equal(inOrder.Tracker.Between(from, inOrder.Tracker.Next).Bad, real.Tracker.Between(from, real.Tracker.Next).Bad, 1e-6);
        }
    }
}
