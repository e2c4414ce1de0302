using SloRollback.Rollbacks;
using SloRollback.Sample.Checkout;

namespace SloRollback.Sample.Scenarios;

/// <summary>
/// A healthy release coincides with an outage that began shortly before it: rolling back would not help, and is not done.
/// </summary>
internal sealed class DependencyOutage : IScenario
{
    private static readonly TimeSpan BeforeRelease = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BeyondOnset = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(6);

    public string Title => "a healthy release beside an outage";

    public async Task<Outcome> PlayAsync(Stage stage, CancellationToken cancellationToken)
    {
        stage.Tell("outage", "The payment provider breaks down: 6 of 10 requests fail, whatever version serves them.");
        stage.Dependency.BreakDown(0.6);
        await stage.WaitAsync(BeforeRelease, cancellationToken);

        stage.Tell("v2", "v2 is rolled out. Nothing is wrong with it.");
        stage.Release(new AppVersion("v2"));
        await stage.UntilAsync(s => Decision(s), cancellationToken);

        // The tail of an outage is where a rollback would still be tempting: the hold has to last.
        await stage.WaitAsync(BeyondOnset, cancellationToken);
        stage.Tell("over", "The payment provider is back.");
        stage.Dependency.Recover();
        await stage.WaitAsync(Aftermath, cancellationToken);

        var status = stage.Status;
        var (decision, rollback) = (Decision(status), status.Guards.Rollbacks.FirstOrDefault());
        return rollback is null
            ? new Outcome(decision?.Headline == HoldReason.BreachPredatesDeployment ? 0 : 1, $"Held: {decision?.Headline}")
            : new Outcome(1, $"Rolled back {CheckoutObjective.Service} {rollback.From} → {rollback.To}: {rollback.State}");
    }

    // While v2 rolls out the answer may be preliminary; what counts is the first one that names a lasting reason.
    private static RollbackDecision? Decision(EngineStatus status) => status.Objectives
        .SelectMany(o => o.Rules)
        .Select(r => r.Decision)
        .FirstOrDefault(d => d is not null && d.Headline is not (HoldReason.Unknown or HoldReason.Superseded));
}
