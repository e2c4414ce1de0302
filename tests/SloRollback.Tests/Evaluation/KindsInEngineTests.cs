namespace SloRollback.Tests.Evaluation;

/// <summary>Objectives of every kind in the whole engine: replayed, at the boundary of a period, as members.</summary>
public sealed class KindsInEngineTests
{
    private static readonly Duration FiveMinutes = Duration.FromMinutes(5);

    private static PolicyRule Rule(Condition when, string id = "rule", bool rollback = false) => new()
    {
        Id = id,
        When = when,
        MinimumBad = 1,
        MinimumValid = 1,
        Rollback = rollback ? new RollbackAction { Target = Given.Target, Mode = RollbackMode.Automatic } : null,
    };

    private static Objective Events(string id, CompliancePeriod period, params PolicyRule[] rules) => new()
    {
        Id = id,
        Target = Given.Slo(99),
        Period = period,
        Indicator = new EventRatioIndicator { Bad = "bad", Valid = "all" },
        Rules = [.. rules],
    };

    private static Objective Slices(string id, Duration length, int consecutive = 1, bool retroactive = false, params PolicyRule[] rules) => new()
    {
        Id = id,
        Target = Given.Slo(99),
        Period = CompliancePeriod.Rolling(30),
        Budgeting = BudgetingMethod.Timeslices,
        Indicator = new GaugeIndicator { Gauge = "queue" },
        Slices = new TimeSlices { Length = length, Operator = ComparisonOperator.Less, Threshold = 1, Consecutive = consecutive, Retroactive = retroactive },
        Rules = [.. rules],
    };

    private static Objective Composed(string id, CompositeKind kind, CompliancePeriod period, string[] members, params PolicyRule[] rules) => new()
    {
        Id = id,
        Target = Given.Slo(99),
        Period = period,
        Indicator = Stage.Composite(kind, members),
        Rules = [.. rules],
    };

    private static SliCell Gauge(bool isBad) => new(StepState.Measured, isBad ? 1 : 0, 0);

    [Fact]
    public void For_does_not_count_what_nobody_could_see()
    {
        var begin = Given.Step0;
        var stage = new Stage(
            (_, step) => Flow.Cell(step >= begin ? 100 : 0),
            Events("events", CompliancePeriod.Rolling(30), Rule(new ForCondition { Condition = Given.Burn(Given.Hour, 1), Duration = Duration.FromMinutes(30) })));
        stage.Through(begin - 10, begin + 5);
        for (var step = begin + 6; step < begin + 1000; step += 100) stage.To(step, _ => false);
        stage.To(begin + 1000);

        // The oldest step that is read back, and the 24 minutes that lacked when the source went away.
        var onset = StepGrid.StartOf(begin + 1001 - 420, Given.Minute);
        Assert.True(Assert.Single(stage.Episodes).Onset > onset + Duration.FromMinutes(20), $"{stage.Episodes.First().Onset} {onset}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_composites_onset_by_the_boundary_of_a_period_is_a_recomputation_too(bool compositeFirst)
    {
        var april = StepGrid.IndexOf(Instant.FromUtc(2026, 4, 1, 0, 0), Given.Minute);
        var month = CompliancePeriod.Month("UTC");
        var consumed = Rule(new BudgetConsumedCondition { Lookback = Given.Hour, Above = 600m / 43_920 });
        var late = Rule(new TrafficLostCondition(), "lost", rollback: true);
        Objective[] members = [Events("a", month, consumed), Events("b", month, consumed, late)];
        var composite = Composed("mean", CompositeKind.WeightedAverage, month, ["a", "b"], consumed);
        var stage = new Stage((_, step) => Flow.Cell(step >= april - 100 ? 10 : 0), compositeFirst ? [composite, .. members] : [.. members, composite]);
        stage.To(april - 10, back: 6000);
        stage.Through(april - 9, april + 2);

        Assert.Equal(["a", "b", "mean"], stage.Episodes.Select(e => e.Rule.Objective.Objective).Order());
        Assert.All(stage.Episodes, e => Assert.Equal((StepGrid.StartOf(april, Given.Minute), true), (e.Onset, e.IsRecomputed)));
    }

    [Fact]
    public void Slices_that_a_member_books_as_bad_afterwards_are_so_for_the_composite()
    {
        var first = Given.Step0 / 5;
        var stage = new Stage(
            (id, slice) => Gauge(id == "queue" && slice >= first && slice < first + 4),
            Slices("queue", FiveMinutes, 3, retroactive: true), Slices("other", FiveMinutes),
            Composed("all", CompositeKind.All, CompliancePeriod.Rolling(30), ["queue", "other"]));
        stage.Through(Given.Step0 - 20, Given.Step0 + 60);

        Assert.Equal(4, stage.Status("queue").Budget.Bad);
        Assert.Equal(4, stage.Status("all").Budget.Bad);
    }

    [Fact]
    public void Growth_over_a_gap_that_was_seen_step_by_step_is_booked_whole()
    {
        var (begin, isOver) = (Given.Step0, false);
        var stage = new Stage(
            (_, step) => step < begin || step >= begin + 60 ? Flow.Cell(0)
                : isOver ? new SliCell(StepState.Measured, 2, 100, IsRecovered: true) { IsLongGap = true }
                : new SliCell(StepState.Unmeasured, 0, 0),
            Events("events", CompliancePeriod.Rolling(30)));
        stage.Through(begin - 30, begin + 59);
        isOver = true;
        stage.Through(begin + 60, begin + 65);

        Assert.Equal(120, stage.Status("events").Budget.Bad);
        Assert.Equal(0, stage["events"].Counts.Last(60).Bad);
    }

    [Fact]
    public void A_rollback_can_be_verified_by_slices_of_an_hour()
    {
        var stage = new Stage((_, _) => Gauge(false), Slices("queue", Given.Hour, 1, false, Rule(Given.Burn(Duration.FromHours(6), 1), rollback: true)));
        var record = Acting.Executed(Given.Deployment("v2", 0), 5, RollbackState.Verifying) with
        {
            CompletedAt = Given.At(10),
            Claims = [new RollbackClaim { Rule = stage["queue"].Rules[0].Key, MaximumErrorRatio = 0.01m }],
        };
        stage.Guards = new GuardState { Rollbacks = [record] };
        var outcomes = Enumerable.Range(0, 200).Select(i => stage.To(Given.Step0 + i).Verifications[record.Id].Outcome).ToList();
        Assert.Equal(RollbackState.Succeeded, outcomes.First(o => o != RollbackState.Verifying));
    }

    [Fact]
    public void Blindness_is_counted_in_evaluations_of_the_slices()
    {
        var first = Given.Step0 / 60;
        var stage = new Stage(
            (_, slice) => slice == first ? new SliCell(StepState.Unmeasured, 0, 0) : Gauge(false),
            Slices("queue", Given.Hour, 1, false, Rule(Given.Burn(Duration.FromHours(6), 1))));
        stage.Through(Given.Step0 - 5, Given.Step0 + 180);
        Assert.Empty(stage.Outputs.SelectMany(o => o.Notifications));
    }

    [DiceProperty(MaxTest = 40)]
    public void However_the_readings_are_cut_every_kind_tells_the_same(Dice dice)
    {
        var seed = dice.Below(int.MaxValue);
        Stage Make()
        {
            var d = new Dice(seed);
            var bad = Enumerable.Range(0, 4).Select(_ => (From: d.Between(0, 200), Length: d.Between(5, 90))).ToList();
            bool IsBad(int which, long minute) => minute - Given.Step0 >= bad[which].From && minute - Given.Step0 < bad[which].From + bad[which].Length;
            var month = CompliancePeriod.Rolling(30);
            var burn = Rule(Given.Burn(Given.Hour, FiveMinutes, 2, sinceDeployment: true), rollback: true);
            var held = Rule(new ForCondition { Condition = Given.Burn(Given.Hour, 2), Duration = Duration.FromMinutes(12) }, "held");
            var stage = new Stage(
                (id, step) => id switch
                {
                    "a" => Flow.Cell(IsBad(0, step) ? 20 : 0),
                    "b" => step % 37 == 0 ? new SliCell(StepState.Missing, 0, 0) : IsBad(1, step) ? Flow.Cell(0, 1) : Flow.Cell(0),
                    "queue" => Gauge(IsBad(2, step * 5)),
                    _ => Gauge(IsBad(3, step * 5)),
                },
                Events("a", month, burn, held),
                Composed("least", CompositeKind.Least, month, ["a", "b"], burn, held),
                Composed("all", CompositeKind.All, month, ["queue", "other"], burn, held),
                Events("b", month, Rule(new AnyCondition { Conditions = [burn.When, new TrafficLostCondition()] }, rollback: true), held),
                Slices("queue", FiveMinutes, 2, true, burn, held),
                Slices("other", FiveMinutes, 3, false, burn, held));
            stage.Deployments.Add(Given.Deployment("v1", -3000));
            stage.Deployments.Add(Given.Deployment("v2", d.Between(0, 100) + d.Of(0, 0.5)));
            stage.Deployments.Add(Given.Deployment("v3", d.Between(110, 200) + d.Of(0, 0.5)));
            return stage;
        }

        var (single, chopped) = (Make(), Make());
        single.Through(Given.Step0 - 10, Given.Step0 + 300);
        for (var step = Given.Step0 - 10; step < Given.Step0 + 300; step += dice.Between(1, 60)) chopped.To(step);
        chopped.To(Given.Step0 + 300);

        string[] Of(Stage s) => [.. s.Episodes.Select(e => $"{e.Rule} {e.Onset} {e.ErrorsBegan} {e.EndedAt} {e.End} {e.Deployment}").Order(StringComparer.Ordinal)];
        // Attribution follows from decisions, which are taken at the newest step only.
        IEnumerable<string> Served(ObjectiveState o) => o.Rules.Select(r => string.Join('|', r.Ledger.Of([.. single.Deployments]).Select(s => s with { IsAttributed = false })));
        Assert.Equal(Of(single), Of(chopped));
        Assert.Equal(single.Outputs[^1].Status.Objectives.Select(o => o.Budget), chopped.Outputs[^1].Status.Objectives.Select(o => o.Budget));
        foreach (var (x, y) in single.State.Objectives.Zip(chopped.State.Objectives))
            Assert.Equal(Served(x), Served(y));
    }

    [DiceProperty(MaxTest = 25)]
    public void A_restart_from_a_snapshot_loses_and_doubles_nothing(Dice dice)
    {
        var seed = dice.Below(int.MaxValue);
        var cut = dice.Between(20, 250);
        var away = dice.Between(0, 60);
        Stage Make()
        {
            var d = new Dice(seed);
            var cells = Enumerable.Range(-700, 1200).ToDictionary(i => i + Given.Step0, _ => d.Below(12) switch
            {
                0 => new SliCell(StepState.Missing, 0, 0),
                1 => new SliCell(StepState.Unmeasured, 0, 0),
                2 => new SliCell(StepState.Measured, 3, 100, IsRecovered: true),
                3 => Flow.Cell(0, 0),
                _ => Flow.Cell(d.Below(5)),
            });
            return new Stage(
                (id, step) => id is "queue" or "other" ? step % 7 == 0 ? new SliCell(StepState.Unmeasured, 0, 0) : Gauge(step % 5 < 2) : cells[step],
                Events("a", CompliancePeriod.Month("UTC"), Rule(new ForCondition { Condition = Given.Burn(Given.Hour, 2), Duration = Duration.FromMinutes(12) })),
                Slices("queue", FiveMinutes, 2, true),
                Slices("other", FiveMinutes, 1, false),
                Composed("all", CompositeKind.All, CompliancePeriod.Rolling(30), ["queue", "other"]));
        }

        var (whole, before, after) = (Make(), Make(), Make());
        whole.Through(Given.Step0 - 10, Given.Step0 + cut);
        before.Through(Given.Step0 - 10, Given.Step0 + cut);
        foreach (var (from, to) in before.State.Objectives.Zip(after.State.Objectives))
            Assert.Null(ObjectiveSnapshot.Load(to, ObjectiveSnapshot.Save(from)));
        foreach (var stage in new[] { whole, after })
        {
            stage.To(Given.Step0 + cut + 1 + away);
            stage.Through(Given.Step0 + cut + 2 + away, Given.Step0 + 330);
        }

        foreach (var (x, y) in whole.State.Objectives.Zip(after.State.Objectives))
            Assert.Equal(Convert.ToHexString(ObjectiveSnapshot.Save(x)), Convert.ToHexString(ObjectiveSnapshot.Save(y)));
    }
}
