namespace SloRollback.Tests.Evaluation;

/// <summary>
/// However late one member's source answers, the composite is blind meanwhile and never wrong: when all steps are there, the same
/// episodes and the same decision follow as if none had been late.
/// </summary>
public sealed class CompositeReplayTests
{
    private const int Last = 110;

    private static Fleet Any(Dice dice)
    {
        var kind = dice.Of(CompositeKind.WeightedAverage, CompositeKind.Least, CompositeKind.All);
        var isSliced = kind == CompositeKind.All || dice.Chance(0.2);
        var objective = !isSliced ? Given.Events(99.9m) : Given.Events(99.9m) with
        {
            Budgeting = BudgetingMethod.Timeslices,
            Slices = new TimeSlices { Operator = ComparisonOperator.GreaterOrEqual, Threshold = 0.9m },
        };
        Condition guard = new BudgetConsumedSinceDeploymentCondition { Above = 0.0005m };
        var rule = Given.PageRule() with { MinimumBad = isSliced ? 3 : 5 };
        if (dice.Chance(0.3)) rule = rule with { When = new AllCondition { Conditions = [rule.When, guard] } };
        if (dice.Chance(0.2)) rule = rule with { When = new ForCondition { Condition = rule.When, Duration = Duration.FromMinutes(3) } };
        var cells = new Dictionary<(string, int), SliCell>();
        foreach (var service in new[] { "front", "pay" })
        {
            var (from, to, ratio, gaps) = (dice.Between(-20, 70), dice.Between(20, 130), dice.Of(5, 20, 60), dice.Of(0, 0.05));
            for (var i = -450; i <= Last; i++)
            {
                cells[(service, i)] = dice.Chance(gaps) ? dice.Of(new SliCell(StepState.Missing, 0, 0), Flow.Cell(0, 0))
                    : Flow.Cell(i >= from && i < to ? ratio : dice.Below(50) == 0 ? 2 : 0);
            }
        }

        var shop = new Fleet(
            (key, i) => cells[(key.Service.Name, i)],
            Fleet.Service("front", objective),
            Fleet.Service("pay", objective),
            Fleet.Composite(kind, rule, ("front", 1), ("pay", dice.Of(0.5m, 1, 2))));
        foreach (var service in new[] { "front", "pay" })
        {
            for (var release = 2; release <= dice.Between(2, 3); release++)
                shop.Deployments.Add(Fleet.Deployment(service, "v" + release, dice.Between(-10, 40) + (release * 25) - 50 + dice.Of(0, 0.5)));
        }

        shop.Guards = new GuardState { Pauses = [new Pause { By = "so that every evaluation decides" }] };
        return shop;
    }

    private static string[] Episodes(Fleet shop) =>
        [.. shop.Episodes.Select(e => $"{e.Onset} {e.ErrorsBegan} {e.EndedAt} {e.End} {e.Deployment}").Order(StringComparer.Ordinal)];

    private static string[] Decisions(EngineOutput output) =>
    [
        .. output.Decisions
            .Select(d => $"{d.Input.Episode.Deployment} {d.Input.Episode.Onset} {d.Decision.Suspect?.Id} {d.Decision.ReturnTo} {d.Input.ShareOfComposite} {string.Join(',', d.Decision.Holds)} {string.Join(',', d.Input.Revisions.Select(r => (r.RevisionId, r.Served, r.Measured, r.Valid)))}")
            .Order(StringComparer.Ordinal),
    ];

    [DiceProperty(MaxTest = 60)]
    public void A_member_whose_source_was_away_changes_nothing_in_the_end(Dice dice)
    {
        var seed = dice.Below(int.MaxValue);
        var (steady, lagging) = (Any(new Dice(seed)), Any(new Dice(seed)));
        steady.Through(-30, Last);
        var until = -20;
        for (var i = -30; i <= Last; i++)
        {
            // Away for less than an hour at a time: no episode is lost.
            if (lagging.Down.Count > 0 && i >= until)
            {
                lagging.Down.Clear();
                until = i + dice.Between(1, 20);
            }
            else if (i >= until)
            {
                lagging.Down.UnionWith(dice.Of<string[]>(["front"], ["pay"], ["front", "pay"]));
                until = i + dice.Between(1, 50);
            }

            if (i == Last) lagging.Down.Clear();
            var output = lagging.To(i);
            if (lagging.Down.Count == 0) continue;
            Assert.All(output.Decisions, d => Assert.Contains(HoldReason.Unknown, d.Decision.Holds));
            Assert.All(output.Status.Objectives[^1].Rules, r => Assert.Equal(Verdict.Unknown, r.Verdict));
        }

        Assert.Equal(Episodes(steady), Episodes(lagging));
        Assert.Equal(Decisions(steady.Outputs[^1]), Decisions(lagging.Outputs[^1]));
        Assert.Equal(steady.Outputs[^1].Status.Objectives[^1].Budget, lagging.Outputs[^1].Status.Objectives[^1].Budget);
    }

    [DiceProperty(MaxTest = 40)]
    public void Steps_read_in_one_go_give_the_same_episodes(Dice dice)
    {
        var seed = dice.Below(int.MaxValue);
        var (single, chopped) = (Any(new Dice(seed)), Any(new Dice(seed)));
        single.Through(-30, Last);
        for (var i = -30; i < Last; i += dice.Between(1, 40)) chopped.To(i);
        chopped.To(Last);
        Assert.Equal(Episodes(single), Episodes(chopped));
    }

    [Fact]
    public void One_member_whose_newest_step_is_unmeasured_makes_the_composite_unknown()
    {
        var shop = new Fleet(
            (key, i) => key.Service.Name == "pay" && i == 10 ? new SliCell(StepState.Unmeasured, 0, 0) : Flow.Cell(i >= 0 ? 50 : 0),
            Fleet.Service("front"),
            Fleet.Service("pay"),
            Fleet.Composite(CompositeKind.WeightedAverage, Given.PageRule() with { Rollback = null }, ("front", 1), ("pay", 0.01m)));
        shop.Through(-1, 9);
        RuleStatus Rule() => shop.Outputs[^1].Status.Objectives[^1].Rules[0];
        Assert.Equal(Verdict.Breached, Rule().Verdict);
        shop.To(10);
        Assert.Equal((Verdict.Unknown, UnknownReason.NewestStepUnmeasured), (Rule().Verdict, Rule().Reason));
        shop.To(11);
        Assert.Equal(Verdict.Breached, Rule().Verdict);
    }

    [Fact]
    public void Cannot_see_is_told_of_the_composite_too()
    {
        var shop = new Fleet((_, _) => Flow.Cell(0), Fleet.Service("front"), Fleet.Service("pay"), Fleet.Composite(CompositeKind.Least, Given.PageRule(), ("front", 1), ("pay", 1)));
        shop.Through(-1, 0);
        shop.Down.Add("pay");
        shop.Through(1, 5);
        Assert.Equal(["pay", "shop"], shop.Notifications.Where(n => n.Kind == NotificationKind.CannotSee).Select(n => n.Service.Name));
    }
}
