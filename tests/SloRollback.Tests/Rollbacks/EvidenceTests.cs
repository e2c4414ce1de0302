namespace SloRollback.Tests.Rollbacks;

/// <summary>By which ids a decision and the policy behind it are known.</summary>
public sealed class EvidenceTests
{
    private static readonly DecisionInput Acts = Acting.Input();

    private static RollbackEvidence Of(DecisionInput input) => EvidenceFactory.Create(input, RollbackDecider.Decide(input));

    [Fact]
    public void A_document_is_known_by_all_that_it_rests_on()
    {
        string Id(DecisionInput input) => EvidenceFactory.Create(input, RollbackDecider.Decide(input)).Id;

        Assert.Equal(Id(Acts), Id(Acts with { Blind = UnknownReason.None }));
        DecisionInput[] others =
        [
            Acts with { EvaluatedAt = Acts.EvaluatedAt + Duration.FromSeconds(1) },
            Acts with { Plan = new RollbackPlan { IsPossible = true, WorkloadIdentity = "another" } },
            Acts with { Guards = new GuardState { Executions = 1 } },
            Acts with { Blind = UnknownReason.HistoryUnavailable },
        ];
        Assert.Equal(others.Length + 1, others.Append(Acts).Select(Id).Distinct().Count());
    }

    [Fact]
    public void The_policy_is_known_by_rule_target_period_indicator_and_settings()
    {
        Assert.Matches("^[0-9a-f]{64}$", Of(Acts).PolicyHash);
        Assert.Equal(Of(Acts).PolicyHash, Of(Acts with { EvaluatedAt = Given.At(6), Deployments = [] }).PolicyHash);
        Assert.Equal(6, new[]
        {
            Acts, Acts with { Rule = Acts.Rule with { MinimumBad = 6 } }, Acts with { Target = Given.Slo(99.8m) }, Acts with { Period = CompliancePeriod.Rolling(28) },
            Acts with { Indicator = new EventRatioIndicator { Bad = "bad", Valid = "others" } }, Acts with { Settings = new EngineSettings { RateLimit = 4 } },
        }.Select(i => Of(i).PolicyHash).Distinct().Count());
    }

    [Fact]
    public void Nothing_is_no_document() => Assert.Throws<ArgumentNullException>(() => RollbackEvidence.Parse(null!));
}
