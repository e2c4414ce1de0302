namespace SloRollback.Tests.Reference;

/// <summary>The status that the engine tells against the reference: cells, outages, downtimes, back-fill, resets, periods.</summary>
public sealed class EngineReferenceTests
{
    private const int Count = 330;
    private const int Before = 60;

    private static readonly ImmutableArray<PolicyRule> Rules =
    [
        new() { Id = "burn", When = Given.Burn(Duration.FromHours(1), Duration.FromMinutes(5), 6m) },
    ];

    // An objective, the length of its steps, and the first step that is read live.
    private static (Objective Objective, EngineSettings Settings, long First) Any(Dice dice, bool isFilledIn)
    {
        var (objective, step, first) = dice.Chance(0.5)
            ? RandomObjective.Calendar(dice)
            : (RandomObjective.Rolling(dice, dice.Of(60, 150, 300)), Given.Minute, Given.Step0 + dice.Below(500));
        objective = objective.WithResets(dice, step, first - Before, first + Count) with
        {
            Indicator = Readers.GoodAndBad,
            Rules = Rules,
            Downtimes = Downtimes(dice, StepGrid.StartOf(first, step), step),
        };

        // A run of bad slices that reaches over the end of what was filled in is two runs.
        var consecutive = !isFilledIn && objective.Budgeting == BudgetingMethod.Timeslices && dice.Chance(0.5) ? dice.Between(2, 4) : 1;
        if (objective.Slices is { } slices)
        {
            objective = objective with
            {
                Slices = slices with
                {
                    Length = step,
                    Operator = ComparisonOperator.GreaterOrEqual,
                    Threshold = objective.Budgeting == BudgetingMethod.Timeslices ? dice.Of(0.875m, 0.99m) : 0,
                    Consecutive = consecutive,
                    Retroactive = consecutive > 1 && dice.Chance(0.5),
                    Missing = dice.Of(Enum.GetValues<MissingSlices>()),
                },
            };
        }

        // A slice may be several steps long.
        var settings = RandomObjective.Settings(dice, step);
        return (objective, objective.Slices is null ? settings : settings with { Step = step / dice.Of(1, 1, 3) }, first);
    }

    private static ImmutableArray<Downtime> Downtimes(Dice dice, Instant start, Duration step) => dice.Some(2, i =>
    {
        var at = start + (step * dice.Between(-Before, Count)) + (step * dice.Of(0, 0.5));
        return dice.Chance(0.6)
            ? (Downtime)new OneOffDowntime { Id = $"d{i}", Start = at, End = at + (step * dice.Of(0.25, 1, 7)) }
            : new RecurringDowntime { Id = $"d{i}", TimeOfDay = new LocalTime(dice.Below(24), 0), Length = Duration.FromMinutes(dice.Of(30, 90)), Zone = "Europe/Berlin" };
    });

    private sealed class Run
    {
        private readonly NaiveIntake intake;
        private readonly ScriptedSource source;
        private readonly EngineState state;
        private readonly EngineSettings settings;
        private readonly Duration step;

        public Run(Dice dice, Objective objective, EngineSettings settings, long first, bool isAskedByEngine = false)
        {
            this.settings = settings;
            step = objective.Slices?.Length ?? settings.Step;
            source = new ScriptedSource(dice, first - Before, Count + Before + 300, (int)(EngineState.GapTolerance / step), isAskedByEngine);
            intake = new NaiveIntake(
                objective, source, step, objective.Downtimes,
                StepGrid.StartOf(first - Before, step).InUtc().Date.PlusDays(-3), StepGrid.StartOf(source.End, step).InUtc().Date.PlusDays(3));
            state = new EngineState(settings, [new MonitoredService { Id = Given.Service, Objectives = [objective] }]);
            Twin = new Twin(dice, objective, settings, Tracker);
        }

        public ObjectiveTracker Tracker => state.Objectives[0].Tracker!;

        public Twin Twin { get; private set; }

        public long Begin(long step) => source.Begin(step);

        public bool IsQuiet(long step) => source.IsQuiet(step);

        /// <summary>From where the engine wants to read when a step is the newest one.</summary>
        public long Wanted(long newest) => state.FirstToRead(state.Objectives[0], newest);

        public long Skip(long from, long to)
        {
            for (var unread = from; unread < to; unread++) intake.Unread.Add(unread);
            return to;
        }

        /// <summary>Reads some steps when another is the newest one, and evaluates.</summary>
        public ObjectiveStatus Read(long from, long to, long newest)
        {
            var cells = Enumerable.Range(0, (int)(to - from)).Select(i => source.Cell(from + i, newest)).ToArray();
            return Step(new ObjectiveReadings(SliOutcome.Read(null), from, cells), newest);
        }

        /// <summary>Fills some steps in before the first, when another is the newest one.</summary>
        public ObjectiveStatus Fill(int steps, long newest)
        {
            var (from, to) = (source.Begin(DoneFrom - steps), DoneFrom);
            var cells = Enumerable.Range(0, (int)(to - from)).Select(i => source.Cell(from + i, newest)).ToArray();
            var stretch = new BackFillStretch(new StepGrid(from, cells.Length, step), AllowEstimate: false);
            Assert.True(BackFillIntake.Take(state.Objectives[0], new BackFillReadings(stretch, cells, IsEstimate: false)));
            return Step(new ObjectiveReadings(SliOutcome.Read(null), newest + 1, ReadOnlyMemory<SliCell>.Empty), newest);
        }

        public long DoneFrom => BackFillPlan.DoneFrom(state.Objectives[0]);

        public ObjectiveStatus Fail(long newest) => Step(ObjectiveReadings.Failed(SliOutcome.Failed(UnmeasuredReason.Timeout, "slow", transient: true)), newest);

        public void AssertAgrees(Dice dice, ObjectiveStatus status)
        {
            Twin = new Twin(dice, Twin.Objective, settings, Tracker);
            foreach (var (i, value) in intake.Book(Tracker.First, Tracker.Next - 1).Index()) Twin.Naive.Record(Tracker.First + i, value);
            Assert.Equal(Tracker.Budget(), status.Budget);
            Assert.Equal(status.Budget.Sli, status.Sli);
            Assert.Equal(Twin.Naive[Tracker.Next - 1].State, status.NewestStep);
            Assert.Equal((StepGrid.StartOf(Twin.Naive.First, step), StepGrid.StartOf(Twin.Naive.Next, step)), (status.MeasuredSince, status.MeasuredUntil));
            Agreement.Windows(dice, Twin);
            if (Tracker.Terms.IsRolling)
            {
                Agreement.RollingBudget(Twin);
            }
            else
            {
                Agreement.CalendarBudget(Twin, Twin.Naive.Next);
                Agreement.Finished(Twin, Twin.Naive.Next);
                Assert.Equal(Tracker.Finished(), status.History);
            }

            foreach (var reading in status.BurnRates)
            {
                var window = Tracker.Last(Math.Max(1, (long)Math.Round(reading.Lookback / step)));
                Assert.Equal(window.EffectiveValid > 0 ? window.Bad / window.EffectiveValid / (double)Twin.Objective.Target.ErrorBudgetFraction : null, reading.BurnRate);
            }
        }

        private ObjectiveStatus Step(ObjectiveReadings readings, long newest) => Engine.Step(state, new EngineInput(
            [readings], new Dictionary<DeploymentTarget, TargetHistory>(), GuardState.Empty, StepGrid.StartOf(newest + 1, step), new HashSet<RollbackId>())).Status.Objectives[0];
    }

    [DiceProperty(MaxTest = 800)]
    public void What_the_engine_tells_is_what_the_source_said(Dice dice)
    {
        var isFilledIn = dice.Chance(0.5);
        var (objective, settings, first) = Any(dice, isFilledIn);
        var run = new Run(dice, objective, settings, first);
        var newest = run.Begin(first) - 1;
        var next = newest + 1;
        first = next;
        while (newest < first + Count - 40)
        {
            newest += dice.Chance(0.8) ? 1 : dice.Between(2, 60);
            if (dice.Chance(0.05))
            {
                run.Fail(newest);
                continue;
            }

            // An outage that goes on is read again from its begin; and sometimes more was missed than is read back.
            var from = run.Begin(next);
            if (dice.Chance(0.02) && from == next && run.Tracker.HasStarted) from = run.Skip(next, Math.Max(next, run.Begin(newest)));
            var status = run.Read(from, newest + 1, newest);
            next = newest + 1;
            if (dice.Chance(0.05)) run.AssertAgrees(dice, status);
            if (!isFilledIn || !dice.Chance(0.03) || run.DoneFrom - 30 < first - Before + 30) continue;

            run.AssertAgrees(dice, run.Fill(dice.Between(1, 30), newest));
        }

        run.AssertAgrees(dice, run.Read(run.Begin(next), newest + 2, newest + 1));
    }

    [DiceProperty(MaxTest = 800)]
    public void What_the_engine_asks_for_is_enough_to_know_all_that_grew(Dice dice)
    {
        var (objective, settings, first) = Any(dice, isFilledIn: true);

        // A gap that a downtime cuts in two is read back to the downtime only.
        var run = new Run(dice, objective with { Downtimes = [] }, settings, first, isAskedByEngine: true);
        first = run.Begin(first);
        var newest = first - 1;
        ObjectiveStatus? status = null;
        for (var quiet = 0; newest < first + Count - 180 || quiet < 12;)
        {
            newest += quiet > 0 || dice.Chance(0.9) ? 1 : dice.Between(2, 40);
            quiet = run.IsQuiet(newest) ? quiet + 1 : 0;
            status = run.Read(run.Tracker.HasStarted ? run.Wanted(newest) : first, newest + 1, newest);
        }

        run.AssertAgrees(dice, status!);
        Assert.Equal(newest + 1, run.Wanted(newest + 1));
    }
}
