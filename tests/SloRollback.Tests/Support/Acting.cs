namespace SloRollback.Tests.Support;

/// <summary>An input whose decision is to act: v3 broke at 0, v2 is known to be good.</summary>
internal static class Acting
{
    public static DecisionInput Input(RollbackMode mode = RollbackMode.Automatic)
    {
        var rule = Given.PageRule(mode);
        ImmutableArray<Deployment> deployments = [Given.Deployment("v1", -600), Given.Deployment("v2", -300), Given.Deployment("v3", 0)];
        return new DecisionInput
        {
            EvaluatedAt = Given.At(5),
            Key = Given.Rule,
            Rule = rule,
            Action = rule.Rollback!,
            Target = Given.Slo(99.9m),
            Period = CompliancePeriod.Rolling(30),
            Indicator = new EventRatioIndicator { Bad = "bad", Valid = "all" },
            Settings = new EngineSettings(),
            Episode = new Episode
            {
                Rule = Given.Rule,
                Deployment = deployments[2].Id,
                Onset = Given.At(3),
                ErrorsBegan = Given.At(1),
                Above = 14.4m,
                LongLookback = Given.Hour,
                ShortLookback = Duration.FromMinutes(5),
                LastVerdict = Given.At(5),
                Facts = [.. deployments.Select(d => new DeploymentFacts { Deployment = d.Id, CoverageBefore = 1, BadSince = 120, ValidSince = 300 })],
            },
            Condition = new ConditionResult { Condition = rule.When, Verdict = Verdict.Breached },
            Budget = new ErrorBudget { Bad = 100, Valid = 100_000, Total = 1000 },
            Deployments = deployments,
            Revisions = [Good("v1"), Good("v2")],
        };
    }

    public static RevisionRecord Good(string name) => new()
    {
        RevisionId = Given.Revision(name).Id,
        Served = Given.Hour,
        Measured = Given.Hour,
        Valid = 6000,
    };

    public static RollbackRecord Executed(Deployment deployment, double at, RollbackState state = RollbackState.Succeeded) => new()
    {
        Id = RollbackId.Of(deployment.Id),
        Version = 4,
        State = state,
        Target = deployment.Target,
        Deployment = deployment.Id,
        From = deployment.Revision,
        To = Given.Revision("v0"),
        Mode = RollbackMode.Automatic,
        ProposedAt = Given.At(at),
        ExecutingAt = Given.At(at),
    };

    public static DecisionInput With(this DecisionInput input, params RollbackRecord[] records) =>
        input with { Guards = input.Guards with { Rollbacks = [.. records] } };

    public static DecisionInput Facts(this DecisionInput input, string revision, Func<DeploymentFacts, DeploymentFacts> change)
    {
        var id = input.Deployments.Last(d => d.Revision.Name == revision).Id;
        return input with { Episode = input.Episode with { Facts = [.. input.Episode.Facts.Select(f => f.Deployment == id ? change(f) : f)] } };
    }

    public static DecisionInput Revision(this DecisionInput input, string revision, Func<RevisionRecord, RevisionRecord> change) =>
        input with { Revisions = [.. input.Revisions.Select(r => r.RevisionId == Given.Revision(revision).Id ? change(r) : r)] };

    /// <summary>An input to act on with some of its parts replaced by random ones.</summary>
    public static DecisionInput Spoilt(Dice dice)
    {
        var (input, weird) = (Input(), Weird.Input(dice));
        for (var i = dice.Below(4); i > 0; i--)
        {
            input = dice.Below(8) switch
            {
                0 => input with { EvaluatedAt = weird.EvaluatedAt },
                1 => input with { Condition = weird.Condition },
                2 => input with { Action = weird.Action },
                3 => input with { Settings = weird.Settings },
                4 => input with { Guards = weird.Guards with { Rollbacks = dice.Some(3, _ => Weird.Record(dice, input.Deployments)) } },
                5 => input with { Plan = weird.Plan, Blind = weird.Blind },
                6 => input with { Deployments = [.. input.Deployments.Add(Weird.Deployment(dice)).OrderBy(d => d.StartedAt)] },
                _ => input with { Episode = input.Episode with { Onset = weird.Episode.Onset, Facts = [.. input.Episode.Facts.Skip(dice.Below(2)), .. weird.Episode.Facts] } },
            };
        }

        return input;
    }
}
