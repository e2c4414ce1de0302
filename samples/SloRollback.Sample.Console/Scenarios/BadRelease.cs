using SloRollback.Rollbacks;
using SloRollback.Sample.Checkout;

namespace SloRollback.Sample.Scenarios;

/// <summary>A release fails most of its requests, and is rolled back.</summary>
internal sealed class BadRelease : IScenario
{
    public string Title => "a bad release";

    public async Task<Outcome> PlayAsync(Stage stage, CancellationToken cancellationToken)
    {
        stage.Tell("v2", "v2 is rolled out. It has a bug: 6 of 10 requests fail.");
        stage.Release(new AppVersion("v2", FailureShare: 0.6));

        var rollback = await stage.UntilAsync(s => s.Guards.Rollbacks.FirstOrDefault(r => r.IsFinal), cancellationToken);
        return new Outcome(
            rollback.State == RollbackState.Succeeded ? 0 : 1,
            $"Rolled back {CheckoutObjective.Service} {rollback.From} → {rollback.To}: {rollback.State}");
    }
}
