namespace SloRollback.Hosting.Tests.Configuration;

/// <summary>Each mistake alone: exactly one fault, at the exact path.</summary>
public sealed class FaultTests
{
    private const string Objective = Reading.Objective;
    private const string Rule = Reading.Rule;
    private const string Pair = Rule + ":When:MultiWindowBurnRate";
    private const string Example = "{ \"Valid\": \"http_requests_total\", \"Bad\": \"http_requests_total{code=~'5..'}\" }";

    [Fact]
    public void The_smallest_configuration_has_none() => Assert.Empty(Reading.Lines(Reading.With()));

    [Theory]
    [InlineData("Stepp", "5m", "Stepp", "is not known here; did you mean \"Step\"?")]
    [InlineData("Servces:a:Environment", "b", "Servces", "is not known here; did you mean \"Services\"?")]
    [InlineData("Prometeus:Address", "b", "Prometeus", "is not known here; did you mean \"prometheus\"?")]
    [InlineData("Nomad:Address", "b", "Nomad",
        "is not known here, and no provider of that name is registered; known: Services, prometheus, kubernetes, slack, log")]
    [InlineData("Services:checkout:Envronment", "b", "Services:checkout:Envronment", "is not known here; did you mean \"Environment\"?")]
    [InlineData("Services:checkout:Colour", "b", "Services:checkout:Colour",
        "is not known here; known: Name, Environment, Deploys, Objectives, DependsOn, Downtimes")]
    [InlineData("Services:checkout:Deploys:Cluster", "b", "Services:checkout:Deploys:Cluster",
        "is not known here; known: Provider, Infrastructure, Namespace, Workload")]
    [InlineData($"{Objective}:Targt", "b", $"{Objective}:Targt", "is not known here; did you mean \"Target\"?")]
    [InlineData($"{Objective}:Indicator:Total", "b", $"{Objective}:Indicator:Total", "is not known here; known: Source, Good, Bad, Valid, Latency, Gauge, Composite, Set")]
    [InlineData($"{Rule}:If", "b", $"{Rule}:If", "is not known here; known: When, Rollback, Notify, MinimumValid, MinimumBad")]
    [InlineData($"{Rule}:Rollback:window_", "1h", $"{Rule}:Rollback:window_", "is not known here; did you mean \"Window\"?")]
    [InlineData($"{Rule}:Notify:slack:Channel", "#ops", $"{Rule}:Notify:slack:Channel",
        "is not known here; a notifier takes no keys in a rule")]
    public void Unknown_keys_at_every_level(string key, string value, string path, string message) =>
        Reading.AssertOnly(path, message, (key, value));

    [Theory]
    [InlineData("Services:checkout:Environment", null, "is missing; example: \"production\"")]
    [InlineData("Services:checkout:Environment", "", "is empty; give it a value or leave it out")]
    [InlineData("Services:checkout:Environment", "a/b", "\"a/b\" contains a \"/\", a \":\" or a control character")]
    [InlineData("Services:checkout:Name", "a:b", "\"a:b\" contains a \"/\", a \":\" or a control character")]
    [InlineData("Services:checkout:Name:First", "a", "takes a single value, not keys", "Services:checkout:Name")]
    [InlineData("Services:checkout:Objectives", null,
        "is missing; example: \"Objectives\": { \"availability\": { \"Target\": \"99.9%\", ... } }")]
    [InlineData("Services:checkout:Deploys:Workload", "", "is empty; give it a value or leave it out", null, 2)]
    public void Services(string key, string? value, string message, string? path = null, int faults = 1) =>
        Reading.AssertFirst(path ?? key, message, faults, (key, value));

    [Theory]
    [InlineData("Target", null, "is missing; example: \"99.9%\"")]
    [InlineData("Target", "100%", "\"100%\" leaves no error budget; use a value below 100%")]
    [InlineData("Target", "101", "\"101\" is not a target; it lies above 0% and below 100%")]
    [InlineData("Target", "99,9%", "\"99,9%\" is not a target; examples: 99.9%, 0.999")]
    [InlineData("Period", "30x", "\"30x\" is not a period; examples: 30d, week, month, quarter")]
    [InlineData("Period", "mounth", "\"mounth\" is not a period; did you mean \"month\"? examples: 30d, week, month, quarter")]
    [InlineData("Period", "0", "\"0\" is outside its range, more than 0 and at most 366d")]
    [InlineData("Period", "367d", "\"367d\" is outside its range, more than 0 and at most 366d")]
    [InlineData("Period", "30s", "30s is shorter than one step, 1m")]
    [InlineData("Indicator", null, $"is missing; example: {Example}")]
    [InlineData("Indicator:Bad", null, $"needs exactly two of Good, Bad and Valid, and has Valid; example: {Example}", "Indicator")]
    [InlineData("Indicator:Good", "g", $"needs exactly two of Good, Bad and Valid, and has all three; example: {Example}", "Indicator")]
    [InlineData("Indicator:Source", "promtheus", "\"promtheus\" is not registered; known: prometheus")]
    [InlineData("Rules", "page", "\"page\" is a single value; write one key for each rule")]
    [InlineData("Rules:a/b:Rollback:Mode", "Observe", "\"a/b\" contains a \"/\", a \":\" or a control character", "Rules:a/b")]
    public void Objectives(string key, string? value, string message, string? path = null)
    {
        var changes = key == "Rules" ? [(Rule, null), ($"{Objective}:{key}", value)] : new[] { ($"{Objective}:{key}", value) };
        Reading.AssertOnly($"{Objective}:{path ?? key}", message, changes);
    }

    [Theory]
    [InlineData("Rollback:Mode", "Manual", "\"Manual\" is not known; one of: Observe, Approve, Automatic")]
    [InlineData("Rollback:Mode", "2", "\"2\" is not known; one of: Observe, Approve, Automatic")]
    [InlineData("Rollback:Window", "1 hour", "\"1 hour\" is not a duration; examples: 500ms, 30s, 1h30m, 7d")]
    [InlineData("Rollback:Window", "0", "0s is no window; example: 1h")]
    [InlineData("Rollback:Window", "30s", "30s is shorter than one step, 1m")]
    [InlineData("Rollback:Window", "13h", "13h is longer than 12h; when that is meant, say \"AllowLongWindow\": true beside it")]
    [InlineData("Rollback:Window", "31d", "31d is longer than 30d, the longest rollback window")]
    [InlineData("Rollback:AllowLongWindow", "yes", "\"yes\" is neither true nor false")]
    [InlineData("Rollback:Target:Provider", "nomad", "\"nomad\" is not registered; known: kubernetes")]
    [InlineData("Rollback", "Automatic",
        "\"Automatic\" is a single value where keys belong: Window, AllowLongWindow, Mode, Target")]
    [InlineData("Notify", "slack", "\"slack\" is a single value; write { \"slack\": {} }")]
    [InlineData("Notify:0", "slack", "\"slack\" is a single value; notifiers are keys, which files can add to: { \"slack\": {} }")]
    [InlineData("Notify:slak", "", "\"slak\" is not registered; did you mean \"slack\"? known: log, slack")]
    [InlineData("MinimumValid", "-1", "\"-1\" is below 0")]
    [InlineData("MinimumBad", "1.5", "\"1.5\" is not a whole number; examples: 5, 100")]
    public void Rules(string key, string value, string message) => Reading.AssertOnly($"{Rule}:{key}", message, ($"{Rule}:{key}", value));

    [Fact]
    public void A_rule_that_does_nothing() =>
        Reading.AssertOnly(Rule, "does nothing; give it \"Rollback\" or \"Notify\"", ($"{Rule}:Rollback", null), ($"{Rule}:When", "page"));

    [Fact]
    public void A_rule_that_tells_nobody() =>
        Reading.AssertOnly(
            Rule,
            "does nothing; give it \"Rollback\" or \"Notify\"",
            ($"{Rule}:Rollback", null), ($"{Rule}:When", "page"), ($"{Rule}:Notify", ""));

    [Theory]
    [InlineData("Long", "1x", "\"1x\" is not a duration; examples: 500ms, 30s, 1h30m, 7d")]
    [InlineData("Long", null, "is missing; example: \"1h\"")]
    [InlineData("Short", "1h", "1h is not shorter than Long, 1h")]
    [InlineData("Short", "2h", "2h is not shorter than Long, 1h")]
    [InlineData("Short", "0", "0s is no look-back")]
    [InlineData("Short", "30s", "30s is shorter than one step, 1m")]
    [InlineData("Short", "90s", "1m30s is not a whole number of steps of 1m")]
    [InlineData("Long", "31d", "31d is longer than the period, 30d")]
    [InlineData("Above", "0", "0 is not above 0")]
    [InlineData("Above", "-2", "-2 is not above 0")]
    [InlineData("Above", "1000", "1000 can never be exceeded: at 99.9% a total outage comes to 1000")]
    [InlineData("Above", "fast", "\"fast\" is not a number; examples: 14.4, 6")]
    [InlineData("SinceDeployment", "1", "\"1\" is neither true nor false")]
    [InlineData("Lookback", "1h", "is not known here; known: Long, Short, Above, SinceDeployment")]
    public void Pairs_of_look_backs(string key, string? value, string message) =>
        Reading.AssertOnly(
            $"{Pair}:{key}",
            message,
            ($"{Pair}:Long", "1h"), ($"{Pair}:Short", "5m"), ($"{Pair}:Above", "14.4"), ($"{Pair}:SinceDeployment", "true"), ($"{Pair}:{key}", value));

    [Theory]
    [InlineData("When", "pages", "When", "\"pages\" is not a built-in condition; did you mean \"page\"? known: page, ticket")]
    [InlineData("When", "ReleaseFault", "When", "\"ReleaseFault\" is not supported yet; known: page, ticket")]
    [InlineData("When:BurnRte:Above", "1", "When:BurnRte", "is not a condition; did you mean \"BurnRate\"?")]
    [InlineData("When:ReleaseFault:Above", "1%", "When:ReleaseFault",
        "is not supported yet; known: BurnRate, MultiWindowBurnRate, BudgetRemaining, BudgetConsumed, BudgetConsumedSinceDeployment, SliBelow,"
            + " TrafficLost, For, All, Any")]
    [InlineData("When", "TrafficLost", "When", "\"TrafficLost\" is a key; write { \"TrafficLost\": {} }")]
    [InlineData("When", "burnrate", "When", "\"burnrate\" is a key; write { \"BurnRate\": ... }")]
    [InlineData("When:BurnRate", "6", "When:BurnRate", "\"6\" is a single value where keys belong: Lookback, Above, SinceDeployment")]
    [InlineData("When:BudgetConsumedSinceDeployment", "2", "When:BudgetConsumedSinceDeployment",
        "\"2\" is not a percentage; examples: 1%, 0.5%")]
    [InlineData("When:BudgetConsumedSinceDeployment", "0%", "When:BudgetConsumedSinceDeployment", "0% is not above 0")]
    [InlineData("When:BudgetConsumedSinceDeployment:Above", "100000%", "When:BudgetConsumedSinceDeployment:Above",
        "100000% can never be exceeded: at 99.9% a total outage comes to 100000%")]
    [InlineData("When:All", "page", "When:All", "\"page\" is a single value; write one key for each condition")]
    [InlineData("When:Any:fast", "pge", "When:Any:fast", "\"pge\" is not a built-in condition; did you mean \"page\"? known: page, ticket")]
    public void Conditions(string key, string value, string path, string message) =>
        Reading.AssertOnly($"{Rule}:{path}", message, ($"{Rule}:{key}", value));

    [Fact]
    public void Two_conditions_without_a_word_that_joins_them() =>
        Reading.AssertOnly(
            $"{Rule}:When",
            "holds 2 conditions where one belongs: BudgetConsumedSinceDeployment, BurnRate; join them with \"All\" or \"Any\"",
            ($"{Rule}:When:BudgetConsumedSinceDeployment", "1%"), ($"{Rule}:When:BurnRate:Lookback", "1h"), ($"{Rule}:When:BurnRate:Above", "2"));

    [Fact]
    public void A_name_and_a_condition_that_an_overlay_added() =>
        Reading.AssertOnly(
            $"{Rule}:When",
            "is written both as \"page\" and with keys: BudgetConsumedSinceDeployment",
            ($"{Rule}:When", "page"), ($"{Rule}:When:BudgetConsumedSinceDeployment", "1%"));

    [Fact]
    public void A_built_in_whose_pairs_all_drop_out() =>
        Reading.AssertOnly(
            $"{Rule}:When",
            "the built-in \"page\" can never fire at 99.9% over 10m: each of its pairs needs more than the whole budget,"
                + " or more errors than there are events; write a condition",
            ($"{Objective}:Period", "10m"));

    [Fact]
    public void A_built_in_that_does_not_fit_the_steps() =>
        Reading.AssertOnly(
            $"{Rule}:When",
            "the built-in \"page\" looks back 5m, which is shorter than one step, 10m; write a condition",
            ("Step", "10m"));

    [Fact]
    public void A_rule_that_only_notifies_needs_a_condition() =>
        Reading.AssertOnly($"{Rule}:When", "is missing; example: \"page\"", ($"{Rule}:Rollback", null), ($"{Rule}:Notify:slack", ""));

    [Fact]
    public void A_rollback_of_nothing() =>
        Reading.AssertOnly(
            $"{Rule}:Rollback:Target",
            "there is no workload to roll back; give the service \"Deploys\" or the rule a \"Target\"",
            ("Services:checkout:Deploys", null));

    [Fact]
    public void A_service_twice_names_both_places() =>
        Reading.AssertOnly(
            "Services:twin",
            "Checkout/production is already defined in SloRollback:Services:checkout",
            ("Services:twin:Name", "Checkout"),
            ("Services:twin:Environment", "production"),
            ("Services:twin:Objectives:a:Target", "99%"),
            ("Services:twin:Objectives:a:Indicator:Valid", "v"),
            ("Services:twin:Objectives:a:Indicator:Good", "g"));

    [Fact]
    public void Nothing_to_watch()
    {
        Assert.Equal(
            ["SloRollback:Services  no service is monitored; define one here or with AddMonitoredService"],
            Reading.Lines(Reading.Json("{}")));
        Assert.Equal(
            ["SloRollback:Services:checkout:Objectives  is missing; example: \"Objectives\": { \"availability\": { \"Target\": \"99.9%\", ... } }"],
            Reading.Lines(Reading.Json("""{ "SloRollback": { "Services": { "checkout": { "Environment": "e", "Objectives": {} } } } }""")));
    }

    [Fact]
    public void A_section_that_is_a_value() =>
        Assert.Equal(
            "SloRollback  \"on\" is a single value where keys belong",
            Reading.Lines(Reading.Json("""{ "SloRollback": "on" }""")).First());
}
