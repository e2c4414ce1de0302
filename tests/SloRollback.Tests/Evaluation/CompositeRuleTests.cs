namespace SloRollback.Tests.Evaluation;

/// <summary>
/// A rollback rule on a composite of two services with workloads of their own, 100 events a minute each: it acts on the member that
/// spent over half of the composite's budget since errors began, counted after its own deployment (SEMANTICS §4).
/// </summary>
public sealed class CompositeRuleTests
{
    private static Fleet Shop(Func<string, int, double> bad, CompositeKind kind = CompositeKind.WeightedAverage, decimal payWeight = 1) => new(
        (key, i) => Flow.Cell(bad(key.Service.Name, i)),
        Fleet.Service("front", OfKind(kind)),
        Fleet.Service("pay", OfKind(kind)),
        Fleet.Composite(kind, Given.PageRule() with { MinimumBad = kind == CompositeKind.All ? 3 : 5 }, ("front", 1), ("pay", payWeight)));

    // Slices are bad below 90 %.
    private static Objective OfKind(CompositeKind kind) => kind != CompositeKind.All ? Given.Events(99.9m) : Given.Events(99.9m) with
    {
        Budgeting = BudgetingMethod.Timeslices,
        Slices = new TimeSlices { Operator = ComparisonOperator.GreaterOrEqual, Threshold = 0.9m },
    };

    public static readonly TheoryData<CompositeKind> Kinds = [.. Enum.GetValues<CompositeKind>()];

    private static string Told(DecisionTaken taken) =>
        $"{taken.Decision.Kind} {taken.Input.Action.Target.Workload} {taken.Decision.Suspect?.Revision.Name} {string.Join('+', taken.Decision.Holds)}";

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_member_whose_release_is_bad_is_rolled_back(CompositeKind kind)
    {
        var shop = Shop((service, i) => service == "front" && i >= 0 ? 50 : 0, kind);
        shop.Deployments.Add(Fleet.Deployment("front", "v2", 0));
        shop.Deployments.Add(Fleet.Deployment("pay", "v2", 0));
        shop.Through(-1, 20);
        var decision = Assert.Single(shop.Decisions, d => d.Decision.Kind != DecisionKind.Hold);
        Assert.Equal("RollBack shop/front v2 ", Told(decision));
        Assert.Equal((1.0, "v1"), (decision.Input.ShareOfComposite, decision.Decision.ReturnTo!.Name));

        // Whose slice was bad is not told by the slices of all: the other member's episode is held.
        Assert.All(shop.Decisions.Where(d => d != decision), d => Assert.Equal((CompositeKind.All, HoldReason.NotAttributed, 0), (kind, d.Decision.Headline, d.Input.ShareOfComposite)));
        Assert.Equal((Given.T0, Fleet.Target("front")), (decision.Input.Episode.ErrorsBegan, decision.Decision.Suspect!.Target));
    }

    [Fact]
    public void The_composites_burn_rate_is_its_members_mean_and_the_worst_ones()
    {
        // Above 1.44 % of an hour: 87 bad of one member, and 173 where the other is half of it.
        Instant Onset(CompositeKind kind, decimal payWeight)
        {
            var shop = Shop((service, i) => service == "front" && i >= 0 ? 25 : 0, kind, payWeight);
            shop.Deployments.Add(Fleet.Deployment("front", "v2", 0));
            return Assert.Single(shop.Through(-1, 20).Episodes).Onset;
        }

        Assert.Equal(Given.At(4), Onset(CompositeKind.Least, 1));
        Assert.Equal(Given.At(7), Onset(CompositeKind.WeightedAverage, 1));
        Assert.Equal(Given.At(14), Onset(CompositeKind.WeightedAverage, 3));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Two_that_are_equally_bad_are_attributed_to_neither(CompositeKind kind)
    {
        var shop = Shop((_, i) => i >= 0 ? 50 : 0, kind);
        shop.Deployments.Add(Fleet.Deployment("front", "v2", 0));
        shop.Deployments.Add(Fleet.Deployment("pay", "v2", 0));
        shop.Through(-1, 10);
        Assert.Equal(["shop/front", "shop/pay"], shop.Decisions.Select(d => d.Input.Action.Target.Workload).Distinct().Order());
        Assert.All(shop.Decisions, d => Assert.Equal((DecisionKind.Hold, HoldReason.NotAttributed), (d.Decision.Kind, d.Decision.Headline)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_member_that_was_bad_before_its_deployment_is_not_blamed(CompositeKind kind)
    {
        var shop = Shop((service, i) => service == "front" && i >= -8 ? 50 : 0, kind);
        shop.Deployments.Add(Fleet.Deployment("front", "v2", 0));
        shop.Through(-1, 20);
        Assert.NotEmpty(shop.Decisions);
        Assert.All(shop.Decisions, d => Assert.Equal((DecisionKind.Hold, HoldReason.BreachPredatesDeployment), (d.Decision.Kind, d.Decision.Headline)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_another_member_spends_is_not_counted_for_a_deployment(CompositeKind kind)
    {
        var shop = Shop((service, i) => service == "pay" && i >= -3 ? 50 : 0, kind);
        shop.Deployments.Add(Fleet.Deployment("front", "v2", 0));
        shop.Through(-1, 40);
        if (kind != CompositeKind.All) Assert.Empty(shop.Episodes);
        Assert.All(shop.Decisions, d => Assert.Contains(HoldReason.NotAttributed, d.Decision.Holds));
    }

    [Theory]
    [InlineData(CompositeKind.WeightedAverage)]
    [InlineData(CompositeKind.Least)]
    public void A_member_that_spent_less_than_half_is_not_blamed(CompositeKind kind)
    {
        var shop = Shop((service, i) => i < 0 ? 0 : service == "front" ? 30 : 31, kind);
        shop.Deployments.Add(Fleet.Deployment("front", "v2", 0));
        shop.Through(-1, 20);
        Assert.NotEmpty(shop.Decisions);
        Assert.All(shop.Decisions, d => Assert.Equal(HoldReason.NotAttributed, d.Decision.Headline));
        Assert.All(shop.Decisions, d => Assert.Equal(30 / 61.0, d.Input.ShareOfComposite!.Value, 9));
    }

    [Fact]
    public void Weights_say_what_a_member_spends_of_the_composite()
    {
        // Twice as many bad events at a quarter of the weight are a third of what is spent.
        var shop = Shop((service, i) => i < 0 ? 0 : service == "front" ? 20 : 40, payWeight: 0.25m);
        shop.Deployments.Add(Fleet.Deployment("front", "v2", 0));
        shop.Through(-1, 20);
        var decision = Assert.Single(shop.Decisions);
        Assert.Equal("RollBack shop/front v2 ", Told(decision));
        Assert.Equal(2 / 3.0, decision.Input.ShareOfComposite!.Value, 9);
    }

    [Fact]
    public void A_light_member_that_has_always_been_bad_hides_no_bad_release_of_another()
    {
        // 30 % of a hundredth are no breach; every tenth minute of the other has one bad event.
        var shop = Shop((service, i) => service == "pay" ? 30 : i >= 0 ? 50 : i % 10 == 0 ? 1 : 0, payWeight: 0.01m);
        shop.Deployments.Add(Fleet.Deployment("front", "v2", 0));
        shop.Through(-1, 20);
        Assert.Equal("RollBack shop/front v2 ", Told(Assert.Single(shop.Decisions)));
    }

    [Theory]
    [InlineData(CompositeKind.WeightedAverage)]
    [InlineData(CompositeKind.Least)]
    public void The_one_request_that_failed_of_a_member_with_hardly_any_is_no_breach(CompositeKind kind)
    {
        // Pay has two requests an hour, and one of them failed: half of them.
        var shop = new Fleet(
            (key, i) => key.Service.Name == "front" ? Flow.Cell(i % 20 == 0 ? 1 : 0) : i % 30 == 5 ? Flow.Cell(i == 5 ? 1 : 0, 1) : Flow.Cell(0, 0),
            Fleet.Service("front"),
            Fleet.Service("pay"),
            Fleet.Composite(kind, Given.PageRule(), ("front", 1), ("pay", 1)));
        shop.Deployments.Add(Fleet.Deployment("pay", "v2", 0));
        Assert.Empty(shop.Through(-1, 50).Episodes);
        Assert.Equal(UnknownReason.TooFewEvents, shop["shop", "journey"].Rules[1].Judgement.Reason);
    }

    [Fact]
    public void The_many_that_failed_beside_a_member_with_hardly_any_are_one()
    {
        var shop = new Fleet(
            (key, i) => key.Service.Name == "front" ? Flow.Cell(i >= 0 ? 50 : 0) : i % 30 == 5 ? Flow.Cell(0, 1) : Flow.Cell(0, 0),
            Fleet.Service("front"),
            Fleet.Service("pay"),
            Fleet.Composite(CompositeKind.WeightedAverage, Given.PageRule(), ("front", 1), ("pay", 1)));
        shop.Deployments.Add(Fleet.Deployment("front", "v2", 0));
        Assert.Equal("RollBack shop/front v2 ", Told(Assert.Single(shop.Through(-1, 20).Decisions)));
    }

    [Fact]
    public void Every_workload_of_a_member_has_its_own_rule_and_what_is_concluded_of_one_is_not_of_the_other()
    {
        var two = Fleet.Service("front");
        two = two with { Objectives = [.. two.Objectives, Given.Events(99.9m) with { Id = "latency" }] };
        var composite = Fleet.Composite(CompositeKind.WeightedAverage, Given.PageRule(), ("front", 1), ("pay", 1), ("watched", 1));
        var indicator = (CompositeIndicator)composite.Objectives[0].Indicator;
        indicator = indicator with { Members = indicator.Members.Add(new CompositeMember { Service = two.Id, Objective = "latency" }) };
        composite = composite with { Objectives = [composite.Objectives[0] with { Indicator = indicator }] };
        var shop = new Fleet((_, _) => Flow.Cell(0), two, Fleet.Service("pay"), Fleet.Service("watched") with { Target = null }, composite);
        shop.To(0);

        var rules = shop["shop", "journey"].Rules;
        Assert.Equal(["shop/front", "shop/pay"], rules.Select(r => r.Rule.Rollback!.Target.Workload));
        Assert.Equal(["availability", "latency"], rules[0].Served.Select(o => o.Key.Objective));
        Assert.All(rules, r => Assert.Equal(Given.PageRule().Rollback! with { Target = r.Rule.Rollback!.Target }, r.Rule.Rollback));

        var decision = new RollbackDecision { Kind = DecisionKind.RollBack };
        shop.State.Conclude(rules[0].Key, rules[0].Rule.Rollback!.Target, Fleet.Deployment("front", "v2", 0).Id, decision, "e1");
        Assert.Equal((decision, null), (rules[0].LastDecision, rules[1].LastDecision));
        Assert.Equal(("e1", ""), (rules[0].EvidenceId, rules[1].EvidenceId));
    }

    [Fact]
    public void A_rule_that_only_notifies_has_one_state()
    {
        var rule = Given.PageRule() with { Rollback = null };
        var shop = new Fleet((_, i) => Flow.Cell(i >= 0 ? 50 : 0), Fleet.Service("front"), Fleet.Service("pay"), Fleet.Composite(CompositeKind.Least, rule, ("front", 1), ("pay", 1)));
        Assert.Single(shop.Through(-1, 5)["shop", "journey"].Rules);
        Assert.Single(shop.Episodes);
    }
}
