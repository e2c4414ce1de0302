namespace SloRollback.Tests.Reference;

/// <summary>
/// Composites against the letter of SEMANTICS §4. Where members have other targets than the composite there are two readings: here,
/// as for every other objective, a burn rate of 1 spends the composite's own budget in one period. With equal targets, that is the
/// mean (the highest) of the members' burn rates, and of what they consumed.
/// </summary>
public sealed class CompositeReferenceTests
{
    private static readonly ObjectiveKey Key = new(Given.Service with { Name = "shop" }, "all");
    private static readonly ImmutableArray<PolicyRule> Rules = [new() { Id = "burn", When = Given.Burn(Duration.FromHours(1), Duration.FromMinutes(5), 6m) }];

    private sealed class Run
    {
        private const int Count = 150;

        private readonly Dice dice;
        private readonly Objective[] members;
        private readonly ScriptedSource[] sources;
        private readonly long[] next;
        private readonly EngineSettings settings;
        private readonly Duration step;
        private readonly CompositeIndicator indicator;
        private readonly NaiveIntake[] intakes;

        public Run(Dice dice, CompositeKind kind)
        {
            this.dice = dice;
            var (any, length, first) = dice.Chance(0.5) ? RandomObjective.Calendar(dice) : (RandomObjective.Rolling(dice, 60), Given.Minute, Given.Step0 + dice.Below(500));
            var method = kind == CompositeKind.All ? BudgetingMethod.Timeslices : any.Budgeting;
            step = length;
            settings = RandomObjective.Settings(dice, step);
            var target = any.Target;
            var share = dice.Chance(0.4);
            members = [.. Enumerable.Range(0, dice.Between(2, 4)).Select(i => (any with
            {
                Id = $"m{i}",
                Target = share ? target : Given.Slo(dice.Of(90m, 99m, 99.9m)),
                Indicator = Readers.GoodAndBad,
                Budgeting = method,
                Slices = method == BudgetingMethod.Occurrences ? null : Slices(method),
                Downtimes = dice.Chance(0.3) ? [Downtime(StepGrid.StartOf(first, step))] : [],
            }).WithResets(dice, step, first, first + Count))];
            sources = [.. members.Select(_ => new ScriptedSource(dice, first - 40, Count + 80, (int)(EngineState.GapTolerance / step)))];
            next = [.. sources.Select(s => s.Begin(first))];
            intakes = [.. members.Select((m, i) => new NaiveIntake(
                m, sources[i], step, m.Downtimes, StepGrid.StartOf(first - 40, step).InUtc().Date, StepGrid.StartOf(first + Count + 40, step).InUtc().Date))];
            indicator = new CompositeIndicator
            {
                Kind = kind,
                Members = [.. members.Select((m, i) => new CompositeMember { Service = Service(i), Objective = m.Id, Weight = dice.Of(1m, 33.33m, 0.5m, 7m) })],
            };
            Composite = any.WithResets(dice, step, first, first + Count) with
            {
                Id = Key.Objective,
                Target = target,
                Indicator = indicator,
                Budgeting = method,
                Slices = null,
                Rules = Rules,
            };
            State = new EngineState(settings,
            [
                .. members.Select((m, i) => new MonitoredService { Id = Service(i), Objectives = [m], Target = Target(i) }),
                new MonitoredService { Id = Key.Service, Objectives = [Composite] },
            ]);
            Newest = first;
        }

        public Objective Composite { get; }

        public EngineState State { get; }

        public long Newest { get; private set; }

        public bool HasEqualTargets => members.All(m => m.Target == Composite.Target);

        public IObjectiveCounts Counts => State.Objectives[^1].Counts;

        /// <summary>Goes on by so many steps; now and then a member is not read in time.</summary>
        public ObjectiveStatus Go(int steps)
        {
            for (var i = 0; ; i++)
            {
                Newest++;
                var isLast = i >= steps - 1;
                var status = Step(Enumerable.Range(0, members.Length).Select(m => isLast || !dice.Chance(0.08)).ToArray());
                if (isLast) return status;
            }
        }

        /// <summary>The members as the composite sees them: it has resets of its own.</summary>
        public NaiveObjective[] Naive() => [.. members.Select((m, i) =>
        {
            var tracker = State.Objectives[i].Tracker!;
            var naive = new NaiveObjective(m with { Resets = Composite.Resets }, step);
            foreach (var (k, value) in intakes[i].Book(tracker.First, Newest).Index()) naive.Record(tracker.First + k, value);
            return naive;
        })];

        public NaiveBudget Budget(NaiveObjective member, int i)
        {
            var tracker = State.Objectives[i].Tracker!;
            var rate = (decimal)tracker.Last(tracker.Terms.RecentSteps).MeanRate;
            return tracker.Terms.IsRolling ? member.Rolling(60, long.MinValue, rate) : member.Calendar(member.Next, rate);
        }

        /// <summary>The weighted mean, or the highest, of those that have one.</summary>
        public double? Mean(Func<int, double?> of)
        {
            var known = Enumerable.Range(0, members.Length).Where(i => of(i) is not null).ToList();
            return known.Count == 0 ? null
                : indicator.Kind == CompositeKind.Least ? known.Max(i => of(i)!.Value)
                : (double)(known.Sum(i => indicator.Members[i].Weight * (decimal)of(i)!.Value) / known.Sum(i => indicator.Members[i].Weight));
        }

        public double Allowed(int? member = null) => (double)(member is { } i ? members[i] : Composite).Target.ErrorBudgetFraction;

        /// <summary>The composite's slices of a member each.</summary>
        public Twin Slices()
        {
            var tracker = State.Objectives[^1].Tracker!;
            var twin = new Twin(dice, Composite, settings, tracker);
            var naive = Naive();
            for (var at = tracker.First; at < tracker.Next; at++) twin.Naive.Record(at, All([.. naive.Select(n => n[at])]));
            return twin;
        }

        // Good only if every member's is. One that is ignored, excluded or without traffic leaves it to the others.
        private static SliStep All(NaiveStep[] slices)
        {
            var bad = slices.Where(s => s.Bad > 0).ToList();
            if (bad.Exists(s => !s.IsForBudgetOnly)) return new SliStep(StepState.Measured, 1, 1, bad.TrueForAll(s => s.IsRecovered));
            if (bad.Count > 0) return new SliStep(StepState.Unmeasured, 1, 1, IsRecovered: true);
            if (slices.Any(s => s.State is StepState.Unmeasured or StepState.Inconsistent && !s.IsForBudgetOnly)) return Given.Unmeasured;
            if (slices.Any(s => s.IsForBudgetOnly)) return new SliStep(StepState.Unmeasured, 0, 1, IsRecovered: true);
            if (slices.Any(s => s.Valid > 0)) return new SliStep(StepState.Measured, 0, 1, slices.Any(s => s.IsRecovered));
            return new SliStep(
                slices.All(s => s.State == StepState.Excluded) ? StepState.Excluded
                : slices.All(s => s.State is StepState.Excluded or StepState.Missing) ? StepState.Missing
                : StepState.NoTraffic);
        }

        // Every second service shares its workload.
        public static DeploymentTarget Target(int member) => new() { Provider = "fake", Workload = $"shop/w{member % 2}" };

        private static ServiceId Service(int member) => Given.Service with { Name = $"s{member}" };

        private TimeSlices Slices(BudgetingMethod method) => new()
        {
            Length = step,
            Operator = ComparisonOperator.GreaterOrEqual,
            Threshold = method == BudgetingMethod.Timeslices ? 0.9m : 0,
            Missing = dice.Of(Enum.GetValues<MissingSlices>()),
            Consecutive = method == BudgetingMethod.Timeslices ? dice.Of(1, 1, 3) : 1,
            Retroactive = method == BudgetingMethod.Timeslices,
        };

        private OneOffDowntime Downtime(Instant start) => new() { Id = "d", Start = start + (step * dice.Below(60)), End = start + (step * (60 + dice.Below(30))) };

        private ObjectiveStatus Step(bool[] isRead)
        {
            var readings = members.Select((_, i) =>
            {
                if (!isRead[i]) return ObjectiveReadings.Failed(SliOutcome.Failed(UnmeasuredReason.Timeout, "slow", transient: true));

                var from = sources[i].Begin(next[i]);
                next[i] = Newest + 1;
                return new ObjectiveReadings(SliOutcome.Read(null), from, Enumerable.Range(0, (int)(Newest + 1 - from)).Select(k => sources[i].Cell(from + k, Newest)).ToArray());
            }).Append(ObjectiveReadings.None).ToList();
            var input = new EngineInput(
                readings, new Dictionary<DeploymentTarget, TargetHistory>(), GuardState.Empty, StepGrid.StartOf(Newest + 1, step), new HashSet<RollbackId>());
            return Engine.Step(State, input).Status.Objectives[^1];
        }
    }

    private static void Near(double? expected, double? actual, string what) =>
        Assert.True(expected is null == actual is null && Math.Abs((expected - actual) ?? 0) <= 1e-12 * Math.Max(1, Math.Abs(expected ?? 0)), $"{what}: {expected:R} is not {actual:R}");

    private static void AssertBudget(Run run, ImmutableArray<NaiveBudget> members, in ErrorBudget actual)
    {
        double? Share(int i, decimal bad) => members[i].Total > 0 ? (double)(bad / members[i].Total) * run.Allowed(i) : null;
        Near(1 - run.Mean(i => 1 - members[i].Sli), actual.Sli, "SLI");
        Near(run.Mean(i => Share(i, members[i].Bad)) / run.Allowed() ?? 0, actual.Consumed, "consumed");
        Near(run.Mean(i => Share(i, members[i].Forgiven)) / run.Allowed() ?? 0, actual.Total > 0 ? actual.Forgiven / actual.Total : 0, "forgiven");
        Near((double)members.Sum(m => m.Valid), actual.Valid, "valid");
        Near(members.Min(m => m.Counted.Passed > 0 ? (double)m.Seen / m.Counted.Passed : 0), actual.Coverage, "coverage");
        if (run.HasEqualTargets) Near(run.Mean(i => members[i].Total > 0 ? (double)(members[i].Bad / members[i].Total) : null) ?? 0, actual.Consumed, "mean of consumed");
    }

    // What members on the workload spent since it was deployed, and what all spent in a look-back: shares of the whole budget.
    private static void AssertSpent(Dice dice, Run run, NaiveObjective[] members, ErrorBudget budget)
    {
        if (budget.Total <= 0) return;

        var whole = members.Select(run.Budget).ToList();
        double? Share(int i, decimal bad) => whole[i].Total > 0 ? (double)(bad / whole[i].Total) * run.Allowed(i) : null;
        var deployment = Given.Deployment("v2", 0) with
        {
            Target = Run.Target(0),
            StartedAt = StepGrid.StartOf(run.Newest - dice.Below(50), run.Counts.Terms.Step) + (run.Counts.Terms.Step * dice.Of(0, 0.4)),
        };
        var since = run.Mean(i => Share(i, Run.Target(i) == deployment.Target ? members[i].Between(members[i].Since(deployment.StartedAt), members[i].Next).Bad : 0));
        Near(since / run.Allowed() ?? 0, run.Counts.SpentSince(run.Counts.Mark(deployment)) / budget.Total, "spent since the deployment");

        var steps = dice.Between(1, 60);
        var lately = run.Mean(i => Share(i, members[i].Between(members[i].Next - steps, members[i].Next).Bad));
        Near(lately / run.Allowed() ?? 0, run.Counts.SpentIn(steps) / budget.Total, "spent in the look-back");
    }

    [DiceProperty(MaxTest = 600)]
    public void A_composite_is_the_weighted_mean_or_the_worst_of_its_members(Dice dice)
    {
        var run = new Run(dice, dice.Of(CompositeKind.WeightedAverage, CompositeKind.Least));
        for (var k = 0; k < 3; k++)
        {
            var status = run.Go(dice.Of(1, 10, 40));
            var members = run.Naive();
            AssertBudget(run, [.. members.Select(run.Budget)], status.Budget);
            Assert.Equal(status.Budget.Sli, status.Sli);
            AssertSpent(dice, run, members, status.Budget);

            foreach (var reading in status.BurnRates)
            {
                var steps = Math.Max(1, (long)Math.Round(reading.Lookback / run.Counts.Terms.Step));
                var windows = members.Select(m => (Counts: m.Between(m.Next - steps, m.Next), Steps: steps)).ToList();
                double? Burn(int i, double allowed)
                {
                    var (counts, length) = windows[i];
                    var valid = counts.Valid + (counts.MeanRate * (length - counts.Seen - counts.Missing - counts.Excluded));
                    return valid > 0 ? (double)(counts.Bad / valid) / allowed : null;
                }

                Near(run.Mean(i => Burn(i, run.Allowed())), reading.BurnRate, "burn rate");
                if (run.HasEqualTargets) Near(run.Mean(i => Burn(i, run.Allowed(i))), reading.BurnRate, "the members' burn rate");
            }

            var finished = members.Select(m => run.Counts.Terms.IsRolling ? [] : m.Finished(m.Next)).ToList();
            var common = finished[0].Select(p => p.Start).Where(start => finished.TrueForAll(f => f.Exists(p => p.Start == start))).ToList();
            Assert.Equal(common, status.History.Select(p => p.Start));
            foreach (var period in status.History)
                AssertBudget(run, [.. finished.Select(f => f.Single(p => p.Start == period.Start).Budget)], period.Budget);
        }
    }

    [DiceProperty(MaxTest = 500)]
    public void A_slice_of_all_is_good_only_if_every_member_is(Dice dice)
    {
        var run = new Run(dice, CompositeKind.All);
        for (var k = 0; k < 3; k++)
        {
            var status = run.Go(dice.Of(1, 10, 40));
            var twin = run.Slices();
            Agreement.Windows(dice, twin);
            if (twin.Real.Terms.IsRolling)
            {
                Agreement.RollingBudget(twin);
            }
            else
            {
                Agreement.CalendarBudget(twin, twin.Naive.Next);
                Agreement.Finished(twin, twin.Naive.Next);
            }

            Assert.Equal(twin.Real.Budget(), status.Budget);
        }
    }
}
