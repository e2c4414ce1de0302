using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Services;

namespace SloRollback.Hosting.Tests.Configuration;

/// <summary>A composite of checkout, of an objective of its own and one of another service in each of two environments.</summary>
public sealed class CompositeReadingTests
{
    private const string Shopping = "Services:checkout:Objectives:shopping";
    private const string Composite = Shopping + ":Indicator:Composite";
    private const string Members = Composite + ":Members";
    private const string Payments = "Services:payments:Objectives:availability";
    private const string Rule = Shopping + ":Rules:bad-release";

    private static readonly ServiceId Production = new("checkout", "production");

    private static readonly (string, string?)[] Base =
    [
        .. Service("payments", "production"),
        .. Service("payments-2", "staging", "payments"),
        ($"{Shopping}:Target", "99%"),
        ($"{Members}:availability", ""),
        ($"{Members}:payments/availability", ""),
    ];

    private static readonly (string, string?)[] AllSliced =
        [.. Sliced(Reading.Objective), .. Sliced(Payments), ($"{Composite}:Kind", "All"), ($"{Reading.Rule}", null)];

    [Fact]
    public void Members_are_found_by_their_names()
    {
        var objective = Read(
            ($"{Members}:availability:Weight", "2"), ($"{Members}:Payments/Staging/Availability", "0.5"), ($"{Shopping}:Period", "30d"));

        Assert.Equal(
            new CompositeIndicator
            {
                Members =
                [
                    new() { Service = Production, Objective = "availability", Weight = 2 },
                    new() { Service = new("payments", "production"), Objective = "availability" },
                    new() { Service = new("payments", "staging"), Objective = "availability", Weight = 0.5m },
                ],
            },
            objective.Indicator);
        Assert.Equal((BudgetingMethod.Occurrences, null), (objective.Budgeting, objective.Slices));
    }

    [Fact]
    public void A_period_that_is_left_out_is_the_members() =>
        Assert.Equal(
            CompliancePeriod.Month("Europe/Berlin"),
            Read([.. Everywhere("Period:Calendar", "month"), .. Everywhere("Period:Zone", "Europe/Berlin")]).Period);

    [Fact]
    public void The_order_of_objectives_is_that_of_their_ids() =>
        Assert.Equal(
            ["availability", "latency", "shopping", "speed"],
            Reading.With([.. Base, .. Events("Services:checkout:Objectives:speed"), .. Events("Services:checkout:Objectives:latency")])
                .Services[0].Objectives.Select(o => o.Id));

    [Fact]
    public void All_takes_slices() =>
        Assert.Equal(CompositeKind.All, Assert.IsType<CompositeIndicator>(Read(AllSliced).Indicator).Kind);

    [Fact]
    public void Rules_of_members_that_count_slices_count_slices()
    {
        var rule = Read([.. AllSliced, ($"{Rule}:Rollback", ""), ($"{Rule}:When", "page")]).Rules[0];

        Assert.Equal((0L, 3L), (rule.MinimumValid, rule.MinimumBad));
    }

    [Fact]
    public void A_rollback_names_the_services_own_workload_or_else_a_members()
    {
        var own = Read(($"{Rule}:Rollback", "")).Rules[0];
        var members = Read(
            ($"{Rule}:Rollback", ""), ("Services:checkout:Deploys", null), (Reading.Rule, null), ("Services:payments:Deploys:Workload", "pay")).Rules[0];

        Assert.Equal("deployment/checkout", own.Rollback!.Target.Workload);
        Assert.Equal(new DeploymentTarget { Provider = "kubernetes", Workload = "pay" }, members.Rollback!.Target);
        Assert.Equal((100L, 5L), (own.MinimumValid, own.MinimumBad));
    }

    [Fact]
    public void A_member_of_its_own_service_may_be_written_out() =>
        Assert.Equal(
            Production,
            ((CompositeIndicator)Read(($"{Members}:availability", null), ($"{Members}:checkout/availability", "")).Indicator).Members[0].Service);

    [Theory]
    [InlineData("Members:payments/availability", null, "Members",
        "a composite has 2 to 30 members, and this one has 1; example: { \"availability\": {}, \"payments/availability\": {} }")]
    [InlineData("Kind", "Mean", "Kind", "\"Mean\" is not known; one of: WeightedAverage, Least, All")]
    [InlineData("Kind", "0", "Kind", "\"0\" is not known; one of: WeightedAverage, Least, All")]
    [InlineData("Sort", "Least", "Sort", "is not known here; known: Kind, Members")]
    [InlineData("Members:shopping", "", "Members:shopping",
        "is a composite itself; members are objectives that are read from a source")]
    [InlineData("Members:latency", "", "Members:latency", "\"latency\" is not an objective of checkout/production; known: availability")]
    [InlineData("Members:payments/latency", "", "Members:payments/latency",
        "\"latency\" is not an objective of payments/production; known: availability")]
    [InlineData("Members:paymens/availability", "", "Members:paymens/availability",
        "\"paymens\" is not a monitored service; did you mean \"payments\"? known: payments, payments/staging")]
    [InlineData("Members:payments/test/availability", "", "Members:payments/test/availability",
        "\"payments/test\" is not a monitored service; known: payments, payments/staging")]
    [InlineData("Members:a/b/c/d", "", "Members:a/b/c/d",
        "is not an objective; examples: availability, payments/availability, payments/production/availability")]
    [InlineData("Members:payments/", "", "Members:payments/",
        "is not an objective; examples: availability, payments/availability, payments/production/availability")]
    [InlineData("Members:availability", "0", "Members:availability", "0 is not above 0; example: 2")]
    [InlineData("Members:availability:Weight", "-1", "Members:availability:Weight", "-1 is not above 0; example: 2")]
    [InlineData("Members:availability:Weight", "heavy", "Members:availability:Weight", "\"heavy\" is not a weight; examples: 1, 2.5")]
    [InlineData("Members:availability:Wieght", "2", "Members:availability:Wieght", "is not known here; did you mean \"Weight\"?")]
    [InlineData("Members:CHECKOUT/Availability", "", "Members",
        "\"availability\" and \"CHECKOUT/Availability\" are the same objective")]
    public void Faults_of_members(string key, string? value, string path, string message) => AssertOnly($"{Composite}:{path}", message, ($"{Composite}:{key}", value));

    [Fact]
    public void No_members() =>
        AssertOnly(
            Members,
            "is missing; example: { \"availability\": {}, \"payments/availability\": {} }",
            (Members, null), ($"{Composite}:Kind", "Least"));

    [Fact]
    public void More_than_30_members()
    {
        var many = Enumerable.Range(1, 30).SelectMany(i => Events($"Services:checkout:Objectives:a{i}").Append(($"{Members}:a{i}", ""))).ToArray();

        AssertOnly(
            Members,
            "a composite has 2 to 30 members, and this one has 31; example: { \"availability\": {}, \"payments/availability\": {} }",
            [.. many, ($"{Members}:payments/availability", null)]);
        Assert.Empty(Reading.Lines(Reading.With([.. Base, .. many, ($"{Members}:payments/availability", null), ($"{Members}:a30", null)])));
    }

    [Fact]
    public void Members_of_another_period() =>
        AssertOnly(
            $"{Members}:payments/availability",
            "is about a month (30d), and the composite about 30d; one period holds for all",
            ($"{Payments}:Period", "month"));

    [Fact]
    public void A_composite_of_another_period_than_its_members() =>
        Assert.Equal(
            [
                $"SloRollback:{Members}:availability  is about 30d, and the composite about 28d; one period holds for all",
                $"SloRollback:{Members}:payments/availability  is about 30d, and the composite about 28d; one period holds for all",
            ],
            Reading.Lines(Reading.With([.. Base, ($"{Shopping}:Period", "28d")])));

    [Fact]
    public void Members_counted_in_slices_of_another_length() =>
        AssertOnly(
            $"{Members}:payments/availability",
            "is counted in steps of 5m, and \"availability\" of 1m; members are counted in the same",
            Sliced(Payments));

    [Fact]
    public void All_of_members_that_count_events() =>
        AssertOnly(
            $"{Members}:payments/availability",
            "is counted by Occurrences, and \"All\" takes members that are counted by Timeslices",
            [.. AllSliced, ($"{Payments}:Budgeting", null), ($"{Payments}:Slices", null)]);

    [Fact]
    public void All_of_members_that_count_ratios() =>
        AssertOnly(
            $"{Members}:payments/availability",
            "is counted by RatioTimeslices, and \"All\" takes members that are counted by Timeslices",
            [.. AllSliced, ($"{Payments}:Budgeting", "RatioTimeslices"), ($"{Payments}:Slices:Good", null)]);

    [Fact]
    public void A_weight_where_none_counts() =>
        AssertOnly(
            $"{Members}:availability",
            "a weight does not apply to \"Least\"; it is for \"WeightedAverage\"",
            ($"{Composite}:Kind", "Least"), ($"{Members}:availability", "2"));

    [Theory]
    [InlineData("Indicator:Source", "prometheus", "does not apply: a composite is computed from its members and read from no source")]
    [InlineData("Budgeting", "Timeslices", "does not apply to a composite: it has its members'")]
    [InlineData("Slices:Length", "5m", "does not apply to a composite: it has its members'", "Slices")]
    [InlineData("Downtimes:nightly:Every", "day", "does not apply to a composite: it has its members'", "Downtimes")]
    public void What_a_composite_does_not_have(string key, string value, string message, string? path = null) =>
        AssertOnly($"{Shopping}:{path ?? key}", message, ($"{Shopping}:{key}", value));

    [Fact]
    public void A_rollback_without_any_workload() =>
        AssertOnly(
            $"{Rule}:Rollback:Target",
            "there is no workload to roll back; a composite acts on its members', and none of their services has \"Deploys\"",
            ("Services:checkout:Deploys", null), (Reading.Rule, null), ($"{Rule}:Rollback", ""));

    [Fact]
    public void A_rollback_of_a_workload_of_its_own() =>
        AssertOnly(
            $"{Rule}:Rollback:Target",
            "does not apply: a composite rolls the workloads of its members' services back; leave it out",
            ($"{Rule}:Rollback:Target:Workload", "deployment/other"));

    [Fact]
    public void Lost_traffic() =>
        AssertOnly(
            $"{Rule}:When:TrafficLost",
            "is about the events of one service, and a composite has its members'; give their rules the condition",
            ($"{Rule}:Rollback", ""), ($"{Rule}:When:TrafficLost", ""));

    [Fact]
    public void A_member_that_is_wrong_is_said_once() =>
        AssertOnly(
            $"{Payments}:Target",
            "\"100%\" leaves no error budget; use a value below 100%",
            ($"{Payments}:Target", "100%"), ("Services:checkout:Deploys", null), (Reading.Rule, null), ($"{Rule}:Rollback", ""),
            ("Services:payments:Deploys:Workload", "w"));

    [Fact]
    public void A_service_that_is_wrong_is_said_once() =>
        AssertOnly(
            "Services:payments:Environment",
            "\"a/b\" contains a \"/\", a \":\" or a control character",
            ("Services:payments:Environment", "a/b"), ($"{Rule}:Rollback", ""));

    [Fact]
    public void Faults_of_a_composites_rules_are_found_beside_those_of_its_members() =>
        Assert.Equal(
            [
                $"SloRollback:{Shopping}:Target  is missing; example: \"99.9%\"",
                $"SloRollback:{Rule}:Rollback:Window  30s is shorter than one step, 1m",
                $"SloRollback:{Members}:latency  \"latency\" is not an objective of checkout/production; known: availability",
            ],
            Reading.Lines(Reading.With([.. Base, ($"{Shopping}:Target", null), ($"{Members}:latency", ""), ($"{Rule}:Rollback:Window", "30s")])));

    private static (string, string?)[] Service(string key, string environment, string? name = null) =>
    [
        ($"Services:{key}:Environment", environment),
        ($"Services:{key}:Name", name ?? key),
        .. Events($"Services:{key}:Objectives:availability"),
    ];

    private static (string, string?)[] Events(string objective) =>
        [($"{objective}:Target", "99.9%"), ($"{objective}:Indicator:Valid", "v"), ($"{objective}:Indicator:Bad", "b")];

    private static (string, string?)[] Sliced(string objective) =>
        [($"{objective}:Budgeting", "Timeslices"), ($"{objective}:Slices:Length", "5m"), ($"{objective}:Slices:Good", ">= 99%")];

    private static (string, string?)[] Everywhere(string key, string value) =>
        [($"{Reading.Objective}:{key}", value), ($"{Payments}:{key}", value), ($"Services:payments-2:Objectives:availability:{key}", value)];

    private static Objective Read(params (string Key, string? Value)[] changes)
    {
        var options = Reading.With([.. Base, .. changes]);
        Assert.Equal("", string.Join('\n', Reading.Lines(options)));
        return options.Services[0].Objectives.Single(o => o.Id == "shopping");
    }

    private static void AssertOnly(string path, string message, params (string Key, string? Value)[] changes) =>
        Reading.AssertOnly(path, message, [.. Base, .. changes]);
}
