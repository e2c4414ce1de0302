namespace SloRollback.Tests.Rollbacks;

/// <summary>Which guards hold a rollback by hand, and which a person may overrule.</summary>
public sealed class ManualRollbackDeciderTests
{
    private static readonly ManualRollbackInput Acts = new()
    {
        At = Given.At(5),
        Service = Given.Rule.Objective.Service,
        Target = Acting.Input().Action.Target,
        By = "ada",
        Settings = new EngineSettings(),
        Claims = [new RollbackClaim { Rule = Given.Rule, MinimumValid = 100 }],
        Deployments = Acting.Input().Deployments,
        Revisions = Acting.Input().Revisions,
        Plan = new RollbackPlan { IsPossible = true },
    };

    public static TheoryData<HoldReason> Overridable => [.. ManualRollbackDecider.Overridable];

    [Fact]
    public void The_newest_deployment_is_left_for_the_last_known_good_revision()
    {
        var decision = ManualRollbackDecider.Decide(Acts);
        Assert.Equal((DecisionKind.RollBack, "v3", "v2"), (decision.Kind, decision.Suspect!.Revision.Name, decision.ReturnTo!.Name));
        Assert.Equal("v1", ManualRollbackDecider.Decide(Acts with { To = "v1" }).ReturnTo!.Name);
        Assert.Equal("v1", ManualRollbackDecider.Decide(Acts with { To = Given.Revision("v1").Id }).ReturnTo!.Name);
    }

    [Theory]
    [MemberData(nameof(Overridable))]
    public void Each_is_overruled_by_its_own_name_alone(HoldReason reason)
    {
        var input = Held(reason);
        Assert.Equal([reason], ManualRollbackDecider.Decide(input).Holds);
        Assert.Equal([reason], ManualRollbackDecider.Decide(input with { Overrides = [.. ManualRollbackDecider.Overridable.Where(r => r != reason)] }).Holds);
        Assert.Equal(DecisionKind.RollBack, ManualRollbackDecider.Decide(input with { Overrides = [reason] }).Kind);
    }

    [Fact]
    public void Safety_is_never_overruled()
    {
        var all = Acts with { Overrides = [.. Enum.GetValues<HoldReason>()] };
        var newest = all.Deployments[^1];
        var executed = Acting.Executed(newest, 4);
        Assert.Equal([HoldReason.Paused], Holds(all with { Guards = new GuardState { Pauses = [new Pause { By = "bob" }] } }));
        Assert.Equal([HoldReason.Paused], Holds(all with { Guards = new GuardState { Pauses = [new Pause { By = "bob", Scope = Given.Rule.ToString() }] } }));
        Assert.Equal([HoldReason.Unknown], Holds(all with { Blind = UnknownReason.HistoryUnavailable }));
        Assert.Equal([HoldReason.Unknown], Holds(all with { Guards = new GuardState { Unavailable = "gone" } }));
        Assert.Equal([HoldReason.Unknown], Holds(all with { Plan = new RollbackPlan { Refusal = HoldReason.Unknown } }));
        Assert.Equal([HoldReason.SuspectIsRollback], Holds(all with { Deployments = [.. all.Deployments[..^1], newest with { IsRollback = true }] }));
        Assert.Equal([HoldReason.NoDeploymentInWindow], Holds(all with { Deployments = [] }));
        Assert.Contains(HoldReason.AlreadyRolledBack, Holds(all with { Guards = new GuardState { Rollbacks = [executed] } }));
        Assert.Contains(HoldReason.Cooldown, Holds(all with { Guards = new GuardState { Rollbacks = [executed] } }));
        Assert.Contains(HoldReason.RateLimited, Holds(all with { Settings = all.Settings with { RateLimit = 0 } }));
        Assert.Equal([HoldReason.NoKnownGoodRevision], Holds(all with { To = "v9" }));
    }

    [Fact]
    public void Quarantined_content_is_never_returned_to()
    {
        // v2 was left for v1 an hour ago, and v3 came after it.
        var quarantined = Acting.Executed(Acts.Deployments[1], -60);
        var input = Acts with { Guards = new GuardState { Rollbacks = [quarantined] }, Overrides = ManualRollbackDecider.Overridable };
        Assert.Equal("v1", ManualRollbackDecider.Decide(input).ReturnTo?.Name);
        Assert.Null(ManualRollbackDecider.Decide(input with { To = "v2" }).ReturnTo);
        Assert.Equal([HoldReason.NoKnownGoodRevision], Holds(input with { To = "v2" }));
    }

    private static ImmutableArray<HoldReason> Holds(ManualRollbackInput input) => ManualRollbackDecider.Decide(input).Holds;

    private static ManualRollbackInput Held(HoldReason reason) => reason switch
    {
        HoldReason.Superseded => Acts with { Deployments = [.. Acts.Deployments[..^1], Acts.Deployments[^1] with { EndedAt = null }] },
        HoldReason.RollbackUnsafe => Acts with { Deployments = [.. Acts.Deployments[..^1], Acts.Deployments[^1] with { IsRollbackUnsafe = true }] },
        HoldReason.NoKnownGoodRevision => Acts with { Revisions = [] },
        _ => Acts with { Plan = new RollbackPlan { Refusal = reason, Summary = "no" } },
    };
}
