namespace SloRollback.Tests.Evaluation;

/// <summary>What a composite spends, and when its errors began, against its definition: weighted ratios of its members' whole budgets.</summary>
public sealed class CompositeCountsTests
{
    private static readonly CompliancePeriod Period = CompliancePeriod.Rolling(Duration.FromHours(4));

    private static (Fleet Shop, decimal[] Weights) Any(Dice dice, CompositeKind kind, Objective objective, Func<Dice, SliCell> cell, params PolicyRule[] rules)
    {
        decimal[] weights = [1, dice.Of(0.1m, 0.5m, 1, 3), dice.Of(0.5m, 1)];
        string[] names = ["a", "b", "c"];
        var cells = Enumerable.Range(-450, 900).Select(_ => names.ToDictionary(n => n, _ => cell(dice))).ToArray();
        var composite = Fleet.Composite(kind, rules[0], [.. names.Zip(weights)]);
        composite = composite with { Objectives = [composite.Objectives[0] with { Target = Given.Slo(99), Period = objective.Period, Rules = [.. rules] }] };
        var shop = new Fleet(
            (key, i) => cells[i + 450][key.Service.Name],
            [.. names.Select(n => Fleet.Service(n, objective with { Target = Given.Slo(dice.Of(95m, 99m, 99.5m)) })), composite]);
        return (shop, [.. weights.Select(w => w / weights.Sum())]);
    }

    private static SliCell Uneven(Dice dice) => Flow.Cell(dice.Of(0, 0, 1, 20), dice.Of(20, 100, 5000));

    [DiceProperty(MaxTest = 40)]
    public void What_a_look_back_burned_is_each_members_share_of_its_whole_budget(Dice dice)
    {
        var kind = dice.Of(CompositeKind.WeightedAverage, CompositeKind.Least);
        var rule = Given.PageRule() with { When = new BudgetConsumedSinceDeploymentCondition { Above = 0.01m } };
        var (shop, weights) = Any(dice, kind, Given.Events(99, Period), Uneven, rule);
        shop.Deployments.Add(Fleet.Deployment("b", "v2", 200));
        shop.To(0);
        shop.To(dice.Between(250, 300));
        var members = shop.State.Objectives.Where(o => !o.IsComposite).ToList();
        var composite = shop["shop", "journey"];

        // Of each member so many per cent of its events, in all of the composite's 1 %.
        double Expected(Func<ObjectiveState, double> bad)
        {
            var shares = members.Select((m, i) => (m.Counts.Budget().Total > 0 ? bad(m) / (m.Counts.Budget().Total / (double)m.Objective.Target.ErrorBudgetFraction) : 0, (double)weights[i]));
            return (kind == CompositeKind.Least ? shares.Max(s => s.Item1) : shares.Sum(s => s.Item1 * s.Item2)) / 0.01;
        }

        foreach (var minutes in new[] { 10, 60, 240 })
        {
            var node = ConditionCompiler.Compile(rule with { When = new BudgetConsumedCondition { Lookback = Duration.FromMinutes(minutes), Above = 0.1m } }, composite.Terms).Node;
            Assert.Equal(Expected(m => m.Counts.Last(minutes).Bad), node.Explain(new EvaluatedObjective(composite.Counts)).BudgetShare!.Value, 9);
        }

        // The whole period's look-back burned what the budget lost.
        Assert.Equal(composite.Counts.Budget().Consumed, Expected(m => m.Counts.Last(240).Bad), 9);

        var state = composite.Rules.Single(r => r.Rule.Rollback!.Target == Fleet.Target("b"));
        var since = shop.Deployments[^1];
        var explained = state.Condition.Explain(RuleEvaluation.Subject(composite, state, since));
        Assert.Equal(Expected(m => m.Service.Target == since.Target ? m.Counts.Between(Given.Step0 + 200, m.Counts.Next).Bad : 0), explained.BudgetShare!.Value, 9);
    }

    [DiceProperty(MaxTest = 40)]
    public void Its_burn_rate_is_above_a_factor_when_the_mean_or_highest_ratio_is(Dice dice)
    {
        var kind = dice.Of(CompositeKind.WeightedAverage, CompositeKind.Least);
        var (shop, weights) = Any(dice, kind, Given.Events(99, Period), d => Flow.Cell(d.Of(0, 0, 1, 5, 10), 100), Given.PageRule());
        shop.To(0);
        shop.To(100);
        var ratios = shop.State.Objectives.Where(o => !o.IsComposite).Select(o => (decimal)o.Counts.Last(60).Bad / 6000).ToList();
        var burn = (kind == CompositeKind.Least ? ratios.Max() : ratios.Zip(weights, (r, w) => r * w).Sum()) / 0.01m;
        var composite = shop["shop", "journey"];
        Verdict Of(decimal above) => ConditionCompiler.Compile(Given.PageRule() with { When = Given.Burn(Given.Hour, above) }, composite.Terms).Node.Judge(new EvaluatedObjective(composite.Counts)).Verdict;

        // Weights such as a third are rounded at the 28th digit.
        Assert.Equal((Verdict.NotBreached, Verdict.Breached), (Of(burn * 1.000000000001m), Of(burn * 0.999999m)));
    }

    [DiceProperty(MaxTest = 60)]
    public void What_is_known_of_the_least_known_member_is_known_of_the_composite(Dice dice)
    {
        var kind = dice.Of(CompositeKind.WeightedAverage, CompositeKind.Least);
        var gaps = dice.Of(0.05, 0.3, 0.6);
        var (shop, weights) = Any(
            dice,
            kind,
            Given.Events(99, Period),
            d => d.Chance(gaps) ? new SliCell(d.Of(StepState.Unmeasured, StepState.Unmeasured, StepState.Missing, StepState.Excluded), 0, 0) : Uneven(d),
            Given.PageRule());
        var members = shop.State.Objectives.Where(o => !o.IsComposite).ToList();
        var composite = shop["shop", "journey"];
        var (lookback, above) = (dice.Of(10, 30, 60), dice.Of(0.2m, 0.5m, 1, 2, 4));
        var node = ConditionCompiler.Compile(
            Given.PageRule() with { When = Given.Burn(Duration.FromMinutes(lookback), above), MinimumBad = 0, MinimumValid = 0 }, composite.Terms).Node;
        shop.To(0);
        for (var i = 1; i < 100; i++)
        {
            shop.To(i);
            var windows = members.Select(m => m.Counts.Last(lookback)).ToList();
            var known = windows.Zip(weights)
                .Where(w => w.First.EffectiveValid > 0)
                .Select(w => (Ratio: w.First.Bad / w.First.EffectiveValid, Weight: (double)w.Second))
                .ToList();
            var ratio = known.Count == 0 ? 0 : kind == CompositeKind.Least ? known.Max(k => k.Ratio) : known.Sum(k => k.Ratio * k.Weight) / known.Sum(k => k.Weight);
            var limit = (double)above * 0.01;
            if (Math.Abs(ratio - limit) < 1e-9) continue;

            var expected = members.Exists(m => m.Counts.NewestState == StepState.Unmeasured) ? Verdict.Unknown
                : ratio > limit ? Verdict.Breached
                : windows.Min(w => w.Coverage) >= 0.5 ? Verdict.NotBreached
                : Verdict.Unknown;
            Assert.Equal((i, expected), (i, node.Judge(new EvaluatedObjective(composite.Counts)).Verdict));
        }
    }

    [DiceProperty(MaxTest = 40)]
    public void A_breach_lies_inside_a_run_of_the_composites_own_ratio(Dice dice)
    {
        var kind = dice.Of(CompositeKind.WeightedAverage, CompositeKind.Least);
        var (shop, _) = Any(dice, kind, Given.Events(99, Period), Uneven, Given.PageRule());
        shop.To(0);
        var composite = shop["shop", "journey"];
        for (var i = 20; i < 400; i += dice.Between(1, 60))
        {
            shop.To(i);
            var (lookback, above) = (dice.Of(10, 60, 200), dice.Of(0.5m, 1, 2, 5));
            var limit = new ExactFactor(above * 0.01m);
            var window = composite.Counts.Last(lookback);
            if (!limit.IsExceeded(window.Bad, window.EffectiveValid)) continue;

            var began = composite.Counts.ErrorsBegan(limit, composite.Counts.Next - lookback, composite.Counts.Next);
            Assert.InRange(began!.Value, composite.Counts.Next - lookback, composite.Counts.Next - 1);

            // From there on it exceeds the limit by more than from any other step.
            double Excess(long from)
            {
                var stretch = composite.Counts.Between(from, composite.Counts.Next);
                return stretch.Bad - limit.Times(stretch.EffectiveValid);
            }

            Assert.All(Enumerable.Range(1, lookback), back => Assert.True(Excess(composite.Counts.Next - back) <= Excess(began.Value) * (1 + 1e-6) + 1e-6));
        }
    }

    [DiceProperty(MaxTest = 40)]
    public void A_slice_of_all_is_good_only_if_every_members_is_also_when_one_was_booked_anew(Dice dice)
    {
        var sliced = Given.Events(99, Period) with
        {
            Budgeting = BudgetingMethod.Timeslices,
            Slices = new TimeSlices
            {
                Operator = ComparisonOperator.GreaterOrEqual,
                Threshold = 0.9m,
                Consecutive = dice.Of(1, 3, 20),
                Retroactive = true,
                Missing = dice.Of(MissingSlices.Ignore, MissingSlices.Bad),
            },
        };
        var isBad = false;
        SliCell Slice(Dice d)
        {
            if (d.Chance(0.15)) isBad = !isBad;
            return d.Below(25) switch
            {
                0 => new SliCell(StepState.Missing, 0, 0),
                1 => new SliCell(StepState.Unmeasured, 0, 0),
                2 => Flow.Cell(0, 0),
                3 => Flow.Cell(300, 100),
                _ => Flow.Cell(isBad ? 50 : 0),
            };
        }

        var (shop, _) = Any(dice, CompositeKind.All, sliced, Slice, Given.PageRule());
        for (var i = 0; i < 200; i += dice.Of(1, 1, 30)) shop.To(i);
        var members = shop.State.Objectives.Where(o => !o.IsComposite).ToList();
        var all = shop["shop", "journey"].Tracker!;
        for (var step = all.Next - 190; step < all.Next; step++)
        {
            var slices = members.Select(m => (Known: m.Tracker!.TryGetStep(step, out var counts), Counts: counts)).ToList();
            Assert.True(slices.TrueForAll(s => s.Known) && all.TryGetStep(step, out _));
            all.TryGetStep(step, out var whole);
            var expected = slices.Exists(s => s.Counts.Bad > 0) ? (1.0, 1.0)
                : slices.Exists(s => s.Counts.Unmeasured > 0) ? (0, 0)
                : (0, slices.Exists(s => s.Counts.Valid > 0) ? 1 : 0);
            Assert.Equal((step, expected), (step, (whole.Bad, whole.Valid)));
        }
    }

    [Fact]
    public void A_composite_of_slices_asks_for_bad_slices_only()
    {
        var sliced = Given.Events(99.9m) with
        {
            Budgeting = BudgetingMethod.Timeslices,
            Slices = new TimeSlices { Length = Duration.FromMinutes(5), Operator = ComparisonOperator.GreaterOrEqual, Threshold = 0.9m },
        };
        var rule = Given.PageRule() with { When = Given.Burn(Given.Hour, 14.4m), Rollback = null, MinimumBad = 1 };
        var shop = new Fleet((_, i) => Flow.Cell(i >= 0 ? 50 : 0), new EngineSettings { Step = Duration.FromMinutes(5) }, Fleet.Service("a", sliced), Fleet.Service("b", sliced), Fleet.Composite(CompositeKind.WeightedAverage, rule, ("a", 1), ("b", 1)));

        // Twelve slices of each in an hour: there never are a hundred.
        Assert.Equal(Given.At(5), Assert.Single(shop.Through(-20, 3).Episodes).Onset);
    }
}
