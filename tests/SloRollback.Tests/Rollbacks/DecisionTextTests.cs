namespace SloRollback.Tests.Rollbacks;

/// <summary>One line for a tired person: the sentence, then the numbers, each beside its limit.</summary>
public sealed class DecisionTextTests
{
    private static readonly DecisionInput Acts = Acting.Input();

    private static string Text(DecisionInput input) => RollbackDecider.Decide(input).Text;

    [Theory]
    [InlineData(RollbackMode.Automatic, "checkout/production: rolling back v3 → v2 (Automatic). ")]
    [InlineData(RollbackMode.Approve, "checkout/production: asks for approval to roll back v3 → v2 (Approve). ")]
    [InlineData(RollbackMode.Observe, "checkout/production: would roll back v3 → v2 (Observe). ")]
    public void It_says_first_what_is_done(RollbackMode mode, string start)
    {
        var text = Text(Acting.Input(mode));
        Assert.StartsWith(start, text, StringComparison.Ordinal);
        Assert.Contains("120 of 300 requests (40%) failed between v3's start and the onset 3m later", text, StringComparison.Ordinal);
        Assert.EndsWith("90% of the error budget left.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hold_names_its_headline_its_reason_and_the_other_reasons()
    {
        var input = Acts.With(Acting.Executed(Acts.Deployments[2], 4));
        input = input with { Guards = input.Guards with { Pauses = [new Pause { By = "drill" }] } };
        Assert.Contains("held: Paused: rollbacks are paused (by drill) (also AlreadyRolledBack, Cooldown).", Text(input), StringComparison.Ordinal);
    }

    [Fact]
    public void Predated_says_when_errors_began_and_how_many_there_were()
    {
        var text = Text(Acts.Facts("v3", f => f with { BadBefore = 7 }) with { Episode = Acts.Episode with { ErrorsBegan = Given.At(-3), Facts = [.. Acts.Episode.Facts.Select(f => f with { BadBefore = 7 })] } });
        Assert.Contains("held: BreachPredatesDeployment: errors began 23:57:00, 3m before v3 (7 failed requests by then, limit 5)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_breached_burn_rates_stand_beside_their_limits()
    {
        var window = new WindowReading { Lookback = Given.Hour, Bad = 100, Valid = 6000, BurnRate = 16.66, Above = 14.4m };
        var leaf = Acts.Condition with { Condition = Given.Burn(Given.Hour, 14.4m), Windows = [window, window with { Lookback = Given.Minute, BurnRate = null }] };
        var idle = leaf with { Verdict = Verdict.NotBreached, Windows = [window with { Lookback = Duration.FromDays(3) }] };
        var text = Text(Acts with { Condition = Acts.Condition with { Parts = [leaf, idle] } });
        Assert.Contains("burn 16.66× on 1h (limit 14.4×); burn undefined on 1m (limit 14.4×)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("3d", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HoldReason.Paused, "rollbacks are paused (by drill)")]
    [InlineData(HoldReason.NoDeploymentInWindow, "no deployment started before 00:03:00 and ended within 1h of it")]
    [InlineData(HoldReason.SuspectIsRollback, "the newest deployment in the window is itself a rollback")]
    [InlineData(HoldReason.AlreadyRolledBack, "a rollback of v3 was begun before; there is no second one")]
    [InlineData(HoldReason.TooFewEvents, "too few events to judge (at least 100 valid and 5 bad are needed)")]
    [InlineData(HoldReason.NotAttributed, "errors at this level are older than v3: they began 00:01:00")]
    [InlineData(HoldReason.RollbackUnsafe, "a deployment that would be undone is marked unsafe to roll back")]
    [InlineData(HoldReason.ManagedElsewhere, "owned by a GitOps controller")]
    [InlineData(HoldReason.NoCapacity, "owned by a GitOps controller")]
    [InlineData(HoldReason.Superseded, "a deployment newer than v3 may be the fix")]
    [InlineData(HoldReason.Cooldown, "fake:shop/checkout was rolled back less than 30m ago, or is being rolled back")]
    [InlineData(HoldReason.RateLimited, "3 rollbacks within 1h; waits until somebody resumes")]
    [InlineData(HoldReason.Recovered, "the condition is no longer breached")]
    [InlineData(HoldReason.Frozen, "owned by a GitOps controller")]
    public void Every_hold_reason_has_its_sentence(HoldReason reason, string sentence)
    {
        var input = Acts with { Guards = new GuardState { Pauses = [new Pause { By = "drill" }] }, Plan = new RollbackPlan { Summary = "owned by a GitOps controller" } };
        Assert.StartsWith($"checkout/production: held: {reason}: {sentence}. 120 of 300", Held(input, reason), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hold_without_suspect_or_plan_has_a_sentence_too()
    {
        string Start(HoldReason reason) => DecisionText.Of(Acts, new RollbackDecision { Holds = [reason] });
        Assert.StartsWith("checkout/production: held: AlreadyRolledBack: a rollback of the deployment was begun before", Start(HoldReason.AlreadyRolledBack), StringComparison.Ordinal);
        Assert.StartsWith("checkout/production: held: NoCapacity: the provider refuses. ", Start(HoldReason.NoCapacity), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnknownReason.SourceUnreadable, "the metric source cannot be read")]
    [InlineData(UnknownReason.NewestStepUnmeasured, "the newest step is not measured")]
    [InlineData(UnknownReason.LookbackUnmeasured, "under half of a look-back is measured")]
    [InlineData(UnknownReason.StillFilling, "a look-back is still filling")]
    [InlineData(UnknownReason.PeriodUnmeasured, "under a tenth of the period is measured")]
    [InlineData(UnknownReason.DeploymentStartUnknown, "when the newest deployment in the window began is not known, only about when")]
    [InlineData(UnknownReason.BeforeDeploymentUnmeasured, "under 80 % of the 5m before the deployment is measured")]
    [InlineData(UnknownReason.HistoryUnavailable, "the deployment history is unavailable or stale")]
    [InlineData(UnknownReason.ClockSkew, "our clock and another one differ too much")]
    [InlineData(UnknownReason.PlanUnavailable, "the provider could not plan the rollback: no answer")]
    [InlineData(UnknownReason.JournalUnavailable, "the journal is unavailable: disk full")]
    public void Every_unknown_reason_has_its_sentence(UnknownReason reason, string sentence)
    {
        var input = Acts with { Guards = new GuardState { Unavailable = "disk full" }, Plan = new RollbackPlan { Summary = "no answer" } };
        var decision = new RollbackDecision { Holds = [HoldReason.Unknown], Unknown = reason };
        Assert.StartsWith($"checkout/production: held: Unknown: {sentence}. ", DecisionText.Of(input, decision), StringComparison.Ordinal);
    }

    [Fact]
    public void No_unknown_reason_is_told_by_its_bare_name() => Assert.All(
        Enum.GetValues<UnknownReason>().Where(r => r is not (UnknownReason.None or UnknownReason.TooFewEvents)),
        reason => Assert.DoesNotContain(reason.ToString(), Text(Acts with { Blind = reason }), StringComparison.Ordinal));

    [Fact]
    public void An_automatic_rule_that_asks_says_why()
    {
        var text = Text(Acts with { Guards = new GuardState { Began = Given.At(1) } });
        Assert.StartsWith("checkout/production: asks for approval to roll back v3 → v2 (Automatic, but v3 began before the journal did). ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Predated_names_the_newest_deployment_in_the_window()
    {
        const string Began = "BreachPredatesDeployment: errors began 23:57:00";
        var input = Acts with { Episode = Acts.Episode with { ErrorsBegan = Given.At(-3) }, Deployments = [.. Acts.Deployments, Given.Deployment("v0", -30), Given.Deployment("v4", 60)] };
        string Sentence(DecisionInput input) => Held(input, HoldReason.BreachPredatesDeployment);
        Assert.Contains(Began + ", 3m before v3 (7 failed requests by then, limit 5).", Sentence(input.Facts("v3", f => f with { BadBefore = 7 })), StringComparison.Ordinal);
        Assert.Contains(Began + ", 3m before v3 (0 failed requests by then, limit 5).", Sentence(input with { Episode = input.Episode with { Facts = [] } }), StringComparison.Ordinal);
        Assert.Contains(Began + ". ", Sentence(input with { Deployments = [] }), StringComparison.Ordinal);
    }

    [Fact]
    public void No_known_good_revision_says_what_it_takes_and_what_the_newest_older_one_did()
    {
        const string Needed = "NoKnownGoodRevision: a revision older than v3 must have served alone for 15m, 80% of it measured, with 100 requests and no episode; ";
        string Sentence(DecisionInput input) => Held(input, HoldReason.NoKnownGoodRevision);
        Assert.Contains(Needed + "there is none. ", Sentence(Acts with { Deployments = Acts.Deployments[2..] }), StringComparison.Ordinal);
        Assert.Contains(Needed + "v2 never served alone. ", Sentence(Acts with { Revisions = [Acting.Good("v1")] }), StringComparison.Ordinal);

        var record = new RevisionRecord { RevisionId = "sha-v2", Served = Duration.FromMinutes(90), Measured = Duration.FromMinutes(10), Valid = 41.7 };
        Assert.Contains(Needed + "v2 served alone for 1h 30m, 10m of it measured, with 42 requests. ", Sentence(Acts with { Revisions = [record] }), StringComparison.Ordinal);
        Assert.Contains("with 42 requests and an episode. ", Sentence(Acts with { Revisions = [record with { IsAttributed = true }] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_said_of_requests_that_nobody_counted()
    {
        Assert.Equal("checkout/production: rolling back v3 → v2 (Automatic). 90% of the error budget left.", Text(Acts.Facts("v3", f => f with { ValidSince = 0 })));
        Assert.EndsWith(": held: NoDeploymentInWindow: no deployment started before 10:00:00 and ended within 1h of it. 90% of the error budget left.", Text(Acts with { Episode = Acts.Episode with { Onset = Given.At(600) } }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_budget_spent_since_the_deployment_stands_beside_its_limit()
    {
        var leaf = new ConditionResult { Condition = new BudgetConsumedSinceDeploymentCondition { Above = 0.01m }, Verdict = Verdict.NotBreached, BudgetShare = 0.0123 };
        string Of(params ConditionResult[] parts) => Text(Acts with { Condition = Acts.Condition with { Parts = [.. parts] } });
        Assert.Contains("later; 1.2% of the period's budget spent since the deployment (limit 1%); 90% of", Of(leaf), StringComparison.Ordinal);
        Assert.DoesNotContain("since the deployment", Of(leaf with { BudgetShare = null }), StringComparison.Ordinal);

        // Where a part is breached, the others are left out.
        Assert.DoesNotContain("since the deployment", Of(leaf, leaf with { Verdict = Verdict.Breached, BudgetShare = null }), StringComparison.Ordinal);
    }

    private static string Held(DecisionInput input, HoldReason reason) =>
        DecisionText.Of(input, new RollbackDecision { Holds = [reason], Suspect = input.Deployments.FirstOrDefault(d => d.Revision.Name == "v3") });
}
