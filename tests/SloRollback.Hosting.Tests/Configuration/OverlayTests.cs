using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Configuration;

/// <summary>A second file adds to the first and overrides it key by key.</summary>
public sealed class OverlayTests
{
    private const string Base = """
        { "SloRollback": { "Step": "30s", "Services": { "checkout": {
            "Environment": "production",
            "Deploys": { "Workload": "deployment/checkout" },
            "Objectives": { "availability": {
                "Target": "99.9%",
                "Indicator": { "Valid": "v", "Bad": "b" },
                "Rules": { "bad-release": { "Rollback": { "Window": "1h" }, "Notify": { "log": {} } } } } } } } } }
        """;

    [Fact]
    public void What_has_an_id_merges_by_it()
    {
        var options = Reading.Json(
            Base,
            """
            { "slorollback": { "services": { "checkout": { "objectives": { "availability": {
                "target": "99.5%",
                "rules": {
                  "bad-release": { "rollback": { "mode": "Approve" }, "notify": { "slack": {} } },
                  "slow-burn": { "when": "ticket", "notify": { "log": {} } } } } } } } } }
            """);

        Assert.Empty(Reading.Lines(options));
        var objective = Assert.Single(Assert.Single(options.Services).Objectives);
        Assert.Equal(0.995m, objective.Target.Fraction);
        Assert.Equal(["bad-release", "slow-burn"], objective.Rules.Select(rule => rule.Id));
        Assert.Equal(RollbackMode.Approve, objective.Rules[0].Rollback!.Mode);
        Assert.Equal(["log", "slack"], objective.Rules[0].Notify);
    }

    [Fact]
    public void Null_leaves_a_default() =>
        Assert.Equal(new EngineSettings().Step, Reading.Json(Base, """{ "SloRollback": { "Step": null } }""").Settings.Step);
}
