using System.Numerics;

namespace SloRollback.Tests.Evaluation;

/// <summary>A snapshot gives back the very same counts, or is refused and leaves nothing behind.</summary>
public sealed class ObjectiveSnapshotTests
{
    private static readonly TimeSlices Slices = new() { Length = Duration.FromMinutes(5), Operator = ComparisonOperator.GreaterOrEqual, Threshold = 0.95m, Consecutive = 3, Retroactive = true };

    private static Objective Any(Dice dice) => Given.Events(99, dice.Of(
        CompliancePeriod.Rolling(30), CompliancePeriod.Rolling(2), CompliancePeriod.Week("Europe/Berlin"), CompliancePeriod.Month())) with
    {
        Budgeting = dice.Of(BudgetingMethod.Occurrences, BudgetingMethod.Timeslices, BudgetingMethod.RatioTimeslices),
        Slices = Slices,
        Resets = dice.Some(2, i => new BudgetReset { Id = $"r{i}", At = Given.At(dice.Between(-50, 900)), Reason = "test", By = "test" }),
        Rules = [Given.PageRule() with { When = new ForCondition { Condition = Given.Burn(Given.Hour, 2), Duration = Duration.FromMinutes(10) } }],
    };

    private static EngineState State(Objective objective, EngineSettings? settings = null) => new(
        settings ?? new EngineSettings { StepsKept = Duration.FromHours(2), MediumBucketsKept = Duration.FromHours(6) },
        [new MonitoredService { Id = Given.Service, Target = Given.Target, Objectives = [objective] }]);

    private static SliCell AnyCell(Dice dice) => dice.Below(15) switch
    {
        0 => new SliCell(StepState.Unmeasured, 0, 0),
        1 => new SliCell(StepState.Missing, 0, 0),
        2 => new SliCell(StepState.Excluded, 0, 0),
        3 => new SliCell(StepState.Measured, 1.0 / dice.Between(2, 9), 3.7, IsRecovered: true),
        _ => new SliCell(StepState.Measured, dice.Below(20), dice.Between(20, 100)),
    };

    private static void Run(EngineState state, Dice dice, int steps)
    {
        var objective = state.Objectives[0];
        var deployments = Enumerable.Range(0, 4).Select(i => Given.Deployment($"v{i}", 200 * i)).ToList();
        var first = StepGrid.IndexOf(Given.T0, objective.Terms.Step);
        for (var i = 0; i < steps; i++)
        {
            StepIntake.Record(objective, objective.Tracker!.HasStarted ? objective.Tracker.Next : first, AnyCell(dice), SliOutcome.Read(null), isLongGap: dice.Chance(0.5));
            foreach (var deployment in deployments.Where(_ => dice.Chance(0.02))) objective.Tracker.Mark(deployment);
            objective.Rules[0].Clocks(deployments[0].Id)!.Advance(0, objective.Tracker.Next, dice.Of(Verdict.Breached, Verdict.Unknown));
        }
    }

    // Whatever is asked of a tracker, and what it becomes.
    private static string Answers(EngineState state)
    {
        var (objective, tracker) = (state.Objectives[0], state.Objectives[0].Tracker!);
        var text = new List<object> { tracker.First, tracker.Next, tracker.NewestState, tracker.OldestSingleStep, tracker.Budget() };
        for (var steps = 1; steps < 5000; steps += 7) text.Add(tracker.Last(steps));
        text.AddRange(tracker.Finished().Cast<object>());
        for (var i = 0; i < 4; i++)
        {
            var mark = tracker.Mark(Given.Deployment($"v{i}", 200 * i));
            text.AddRange([tracker.Since(mark), tracker.BadBefore(mark, tracker.First), mark.Since.Step, mark.IsSettled]);
        }

        text.Add(objective.Rules[0].Clocks(Given.Deployment("v0", 0).Id)!.Advance(0, tracker.Next + 1, Verdict.Breached));
        return string.Join('\n', text.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t}")));
    }

    [DiceProperty(MaxTest = 60)]
    public void Restored_it_answers_and_goes_on_as_if_nothing_had_happened(Dice dice)
    {
        var objective = Any(dice);
        var (before, after) = (State(objective), State(objective));
        Run(before, dice, dice.Of(1, 30, 400, 1500));
        var snapshot = ObjectiveSnapshot.Save(before.Objectives[0]);
        Assert.Null(ObjectiveSnapshot.Load(after.Objectives[0], snapshot));
        Assert.Equal(snapshot, ObjectiveSnapshot.Save(after.Objectives[0]));

        var seed = dice.Below(int.MaxValue);
        Run(before, new Dice(seed), 200);
        Run(after, new Dice(seed), 200);
        Assert.Equal(Answers(before), Answers(after));
    }

    [DiceProperty(MaxTest = 100)]
    public void A_damaged_one_is_refused_and_leaves_nothing_behind(Dice dice)
    {
        var objective = Any(dice);
        var state = State(objective);
        Run(state, dice, 200);
        var snapshot = ObjectiveSnapshot.Save(state.Objectives[0]);
        if (dice.Chance(0.5)) snapshot = snapshot[..dice.Below(snapshot.Length)];
        else snapshot[dice.Between(6, snapshot.Length - 1)] ^= (byte)(1 << dice.Below(8));

        var fresh = State(objective);
        Assert.NotNull(ObjectiveSnapshot.Load(fresh.Objectives[0], snapshot));
        Assert.False(fresh.Objectives[0].Tracker!.HasStarted);

        // It is read from the source instead.
        var untouched = State(objective);
        var seed = dice.Below(int.MaxValue);
        Run(fresh, new Dice(seed), 100);
        Run(untouched, new Dice(seed), 100);
        Assert.Equal(Answers(untouched), Answers(fresh));
    }

    private static byte[] Saved(Objective objective, EngineSettings settings)
    {
        var state = State(objective, settings);
        Run(state, new Dice(1), 200);
        return ObjectiveSnapshot.Save(state.Objectives[0]);
    }

    private static string? Load(byte[] snapshot, Objective objective, EngineSettings settings) =>
        ObjectiveSnapshot.Load(State(objective, settings).Objectives[0], snapshot);

    private static readonly Objective Plain = Given.Events() with { Rules = [Given.PageRule() with { When = new ForCondition { Condition = Given.Burn(Given.Hour, 2), Duration = Duration.FromMinutes(10) } }] };

    [Fact]
    public void One_of_a_newer_version_is_refused_by_its_version()
    {
        var snapshot = Saved(Plain, new EngineSettings());
        snapshot[4] = 9;
        Assert.Equal("the snapshot has the form of version 9, newer than the version 2 that is read here", Load(snapshot, Plain, new EngineSettings()));
    }

    [Fact]
    public void One_of_an_older_version_is_refused_by_its_version()
    {
        var snapshot = Saved(Plain, new EngineSettings());
        snapshot[4] = 1;
        Assert.Equal("the snapshot has the form of version 1, older than the version 2 that is read here", Load(snapshot, Plain, new EngineSettings()));
    }

    [Fact]
    public void One_that_is_longer_than_its_counts_is_damaged_although_its_checksum_matches()
    {
        var snapshot = Saved(Plain, new EngineSettings());
        Assert.Equal(snapshot, WithChecksum(snapshot[..^4]));
        var state = State(Plain, new EngineSettings());
        Assert.Equal("the snapshot is damaged: something follows the last count", ObjectiveSnapshot.Load(state.Objectives[0], WithChecksum([.. snapshot[..^4], 0])));
        Assert.False(state.Objectives[0].Tracker!.HasStarted);
    }

    [Fact]
    public void What_has_no_counts_of_its_own_is_neither_saved_nor_restored()
    {
        Assert.Throws<InvalidOperationException>(() => ObjectiveSnapshot.Save(State(Plain).Objectives[0]));
        var shop = new Fleet(
            (_, _) => Flow.Cell(0, 100),
            [Fleet.Service("a", Given.Events()), Fleet.Service("b", Given.Events()), Fleet.Composite(CompositeKind.Least, Given.PageRule(), ("a", 1), ("b", 1))]);
        shop.To(5);
        var composite = shop["shop", "journey"];
        Assert.Throws<InvalidOperationException>(() => ObjectiveSnapshot.Save(composite));
        Assert.Equal("the objective has no counts of its own", ObjectiveSnapshot.Load(composite, Saved(Plain, new EngineSettings())));
    }

    // CRC-32C, byte by byte.
    private static byte[] WithChecksum(byte[] bytes) =>
        [.. bytes, .. BitConverter.GetBytes(~bytes.Aggregate(uint.MaxValue, BitOperations.Crc32C))];

    [Fact]
    public void What_is_no_snapshot_at_all_is_refused()
    {
        Assert.Equal("this is no snapshot of an objective", Load([], Plain, new EngineSettings()));
        Assert.Equal("this is no snapshot of an objective", Load(new byte[500], Plain, new EngineSettings()));
    }

    [Fact]
    public void A_changed_definition_makes_it_useless_and_says_so()
    {
        var snapshot = Saved(Plain, new EngineSettings());
        Assert.Null(Load(snapshot, Plain, new EngineSettings()));
        Assert.Null(Load(snapshot, Plain with { Target = Given.Slo(95) }, new EngineSettings()));
        foreach (var (objective, settings) in new[]
        {
            (Plain with { Indicator = new EventRatioIndicator { Bad = "other", Valid = "valid" } }, new EngineSettings()),
            (Plain with { Period = CompliancePeriod.Rolling(28) }, new EngineSettings()),
            (Plain with { Budgeting = BudgetingMethod.RatioTimeslices, Slices = Slices }, new EngineSettings()),
            (Plain, new EngineSettings { Step = Duration.FromSeconds(30) }),
            (Plain, new EngineSettings { StepsKept = Duration.FromHours(8) }),
        })
        {
            Assert.StartsWith("the snapshot is of another definition", Load(snapshot, objective, settings), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_downtime_that_was_entered_for_the_past_asks_for_another_reading_and_one_to_come_does_not()
    {
        static EngineSettings With(double from, double to) => new()
        {
            Downtimes = [new OneOffDowntime { Id = "d", Start = Given.At(from), End = Given.At(to) }],
        };

        var snapshot = Saved(Plain, new EngineSettings());
        Assert.Equal("a downtime in the past was changed since the snapshot", Load(snapshot, Plain, With(10, 20)));
        Assert.Null(Load(snapshot, Plain, With(5000, 5060)));
    }

    [Fact]
    public void A_month_of_steps_takes_some_kilobytes()
    {
        var state = State(Plain, new EngineSettings());
        for (var step = 0; step < 43_200; step++)
            StepIntake.Record(state.Objectives[0], step, new SliCell(StepState.Measured, step % 7 == 0 ? 1 : 0, 500 + (step % 60)), SliOutcome.Read(null));
        Assert.InRange(ObjectiveSnapshot.Save(state.Objectives[0]).Length, 1, 8_000);
    }
}
