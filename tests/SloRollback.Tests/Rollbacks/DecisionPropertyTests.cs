namespace SloRollback.Tests.Rollbacks;

/// <summary>The invariants of SEMANTICS §9 that a decision alone must keep, whatever it is given.</summary>
public sealed class DecisionPropertyTests
{
    private const int Cases = 1500;

    private static DecisionInput AnyInput(Dice dice) => dice.Chance(0.5) ? Weird.Input(dice) : Acting.Spoilt(dice);

    private static bool Acts(RollbackDecision decision) => decision.Kind != DecisionKind.Hold;

    private static string Json(RollbackDecision decision, DecisionInput input) => EvidenceFactory.Create(input, decision).ToJson();

    [DiceProperty(MaxTest = Cases)]
    public void A_decision_is_total_and_the_same_every_time(Dice dice)
    {
        var input = AnyInput(dice);
        var decision = RollbackDecider.Decide(input);
        Assert.Equal(Json(decision, input), Json(RollbackDecider.Decide(input), input));
        Assert.NotEmpty(decision.Text);
        Assert.Equal(decision.Kind == DecisionKind.Hold, !decision.Holds.IsEmpty);
        Assert.DoesNotContain(HoldReason.None, decision.Holds);
        Assert.Equal(decision.Holds.Order().Distinct(), decision.Holds);
    }

    [DiceProperty(MaxTest = 500)]
    public void A_decision_replayed_from_its_evidence_is_the_same(Dice dice)
    {
        var input = AnyInput(dice);
        var written = EvidenceFactory.Create(input, RollbackDecider.Decide(input)).ToJson();
        var read = RollbackEvidence.Parse(written);
        Assert.Equal(written, EvidenceFactory.Create(read.Input!, read.Replay()).ToJson());
    }

    [DiceProperty(MaxTest = Cases)]
    public void Nothing_is_done_on_unknown_or_unless_the_condition_is_breached(Dice dice)
    {
        var input = AnyInput(dice);
        if (!Acts(RollbackDecider.Decide(input))) return;

        Assert.Equal(Verdict.Breached, input.Condition.Verdict);
        Assert.Equal(UnknownReason.None, input.Blind);
        Assert.Null(input.Guards.Unavailable);
        Assert.Empty(input.Guards.Pauses);
        Assert.NotEqual(false, input.Plan?.IsPossible);
        Assert.False(input.Episode.IsPredated);
    }

    [DiceProperty(MaxTest = Cases)]
    public void Nobody_outside_the_rollback_window_is_blamed(Dice dice)
    {
        var input = AnyInput(dice);
        if (RollbackDecider.Decide(input).Suspect is not { } suspect) return;

        Assert.True(suspect.StartedAt <= input.Episode.Onset);
        Assert.True(suspect.EndedAt is { } ended
            ? input.Episode.Onset - ended <= input.Action.Window.Length
            : input.Episode.Onset - suspect.StartedAt <= input.Settings.MaximumRolloutAge);
    }

    [DiceProperty(MaxTest = Cases)]
    public void A_rollback_is_never_undone_and_nothing_before_it_is_blamed(Dice dice)
    {
        var input = AnyInput(dice);
        if (RollbackDecider.Decide(input).Suspect is { } suspect)
            Assert.DoesNotContain(input.Deployments, d => d.IsRollback && d.StartedAt >= suspect.StartedAt);
    }

    [DiceProperty(MaxTest = Cases)]
    public void A_quarantined_revision_is_never_returned_to(Dice dice)
    {
        var input = AnyInput(dice);
        if (RollbackDecider.Decide(input).ReturnTo is not { } target) return;

        Assert.DoesNotContain(input.Guards.Rollbacks, r => r.Target == Given.Target && r.ExecutingAt is { } at && r.State != RollbackState.NoEffect
            && input.EvaluatedAt - at < input.Settings.Quarantine
            && (r.From.Id == target.Id || r.PassedOver.Any(p => p.Id == target.Id)));
    }

    [DiceProperty(MaxTest = Cases)]
    public void An_older_revision_is_returned_to_and_everything_newer_passed_over(Dice dice)
    {
        var input = AnyInput(dice);
        var decision = RollbackDecider.Decide(input);
        if (!Acts(decision)) return;

        Assert.NotNull(decision.ReturnTo);
        Assert.NotEqual(decision.Suspect!.Revision.Id, decision.ReturnTo.Id);
        Assert.Contains(input.Deployments, d => d.StartedAt < decision.Suspect.StartedAt && d.Revision.Id == decision.ReturnTo.Id);
        Assert.All(
            input.Deployments.Where(d => d.StartedAt > decision.Suspect.StartedAt && d.Revision.Id != decision.Suspect.Revision.Id),
            d => Assert.Contains(decision.PassedOver, r => r.Id == d.Revision.Id));
    }

    [DiceProperty(MaxTest = Cases)]
    public void A_pause_always_holds_and_is_the_headline(Dice dice)
    {
        var input = AnyInput(dice);
        var decision = RollbackDecider.Decide(input with { Guards = input.Guards with { Pauses = [new Pause { By = "maintenance" }] } });
        Assert.Equal((DecisionKind.Hold, HoldReason.Paused), (decision.Kind, decision.Headline));
    }

    [DiceProperty(MaxTest = Cases)]
    public void Only_an_automatic_rule_rolls_back_by_itself(Dice dice)
    {
        var input = AnyInput(dice);
        Assert.Equal(
            RollbackDecider.Decide(input).Kind,
            Acts(RollbackDecider.Decide(input))
                ? input.Action.Mode switch { RollbackMode.Automatic => DecisionKind.RollBack, RollbackMode.Approve => DecisionKind.AwaitApproval, _ => DecisionKind.Recommend }
                : DecisionKind.Hold);
    }

    [DiceProperty(MaxTest = 400)]
    public void A_deployment_is_rolled_back_at_most_once_whatever_follows(Dice dice)
    {
        var journal = ImmutableArray<RollbackRecord>.Empty;
        var deployments = Acting.Spoilt(dice).Deployments;
        for (var i = 0; i < 40; i++)
        {
            // Any rule, episode and time, about the same deployments, with what was done before on record.
            var input = Acting.Spoilt(dice);
            input = input with { Deployments = deployments, Guards = new GuardState { Rollbacks = journal, ResumedAt = Given.At(500) } };
            input = input with { Action = input.Action with { Mode = RollbackMode.Automatic } };
            var decision = RollbackDecider.Decide(input);
            if (decision.Kind != DecisionKind.RollBack) continue;

            Assert.DoesNotContain(journal, r => r.Deployment == decision.Suspect!.Id);
            journal = journal.Add(new RollbackRecord
            {
                Id = RollbackId.Of(decision.Suspect!.Id),
                Target = Given.Target,
                Deployment = decision.Suspect.Id,
                From = decision.Suspect.Revision,
                To = decision.ReturnTo!,
                PassedOver = decision.PassedOver,
                ExecutingAt = input.EvaluatedAt,
                State = dice.Of(RollbackState.Succeeded, RollbackState.NoEffect, RollbackState.Failed, RollbackState.Unverified, RollbackState.RevertedByOther),
            });
        }
    }

    [Fact]
    public void The_random_inputs_reach_every_answer()
    {
        var decisions = Enumerable.Range(0, 10_000).Select(seed => RollbackDecider.Decide(AnyInput(new Dice(seed)))).ToList();
        Assert.Equal(Enum.GetValues<DecisionKind>().Order(), decisions.Select(d => d.Kind).Distinct().Order());
        Assert.True(decisions.Count(Acts) > 200, $"only {decisions.Count(Acts)} act");
        Assert.Superset(
            new HashSet<HoldReason>
            {
                HoldReason.Paused, HoldReason.Unknown, HoldReason.BreachPredatesDeployment, HoldReason.NoDeploymentInWindow, HoldReason.SuspectIsRollback,
                HoldReason.AlreadyRolledBack, HoldReason.TooFewEvents, HoldReason.NotAttributed, HoldReason.RollbackUnsafe, HoldReason.Superseded,
                HoldReason.NoKnownGoodRevision, HoldReason.Cooldown, HoldReason.RateLimited, HoldReason.Recovered,
            },
            decisions.SelectMany(d => d.Holds).ToHashSet());
    }
}
