using SloRollback.Policies;
using SloRollback.Rollbacks;
using SloRollback.Sample.Checkout;

namespace SloRollback.EndToEnd.Tests.RealPrometheus;

public sealed class RealPrometheusTests
{
    private static readonly AppVersion Broken = new("v2", FailureShare: 0.6);

    [Fact]
    public async Task Bad_release_read_from_Prometheus_is_rolled_back_once_and_verified()
    {
        await using var production = await Production.StartAsync();
        production.Platform.Release(Broken);

        var rollback = await Waiting.ForAsync(
            () => production.Status.Guards.Rollbacks.FirstOrDefault(r => r.IsFinal),
            90,
            () => $"the rollback ends. {production.Describe()}");

        Assert.True(rollback.State == RollbackState.Succeeded, production.Describe());
        Assert.Equal(("v2", "v1"), (rollback.From.Name, rollback.To.Name));
        Assert.Single(production.Calls);
        Assert.All(production.Platform.Replicas, r => Assert.Equal("v1", r.Version?.Name));
    }

    [Fact]
    public async Task Outage_of_Prometheus_in_an_episode_is_unknown_and_never_a_rollback()
    {
        await using var production = await Production.StartAsync();

        // Rollbacks are paused until the episode is open, so that nothing but blindness can hold it later.
        await production.Operations.PauseAsync("", "test", "the episode opens first", TestContext.Current.CancellationToken);
        production.Platform.Release(Broken);
        await Waiting.UntilAsync(
            () => production.Rule is { Verdict: Verdict.Breached, Decision.Holds: [HoldReason.Paused] },
            60,
            () => $"held by the pause alone. {production.Describe()}");

        await production.Server!.KillAsync();
        await Waiting.UntilAsync(() => production.Rule?.Verdict == Verdict.Unknown, 30, () => $"unknown. {production.Describe()}");
        await production.Operations.ResumeAsync("", "test", TestContext.Current.CancellationToken);
        await BlindEvaluationsAsync(production, count: 6);
        Assert.Empty(production.Calls);
        Assert.Equal(DecisionKind.Hold, production.Rule?.Decision?.Kind);
        Assert.Equal(HoldReason.Unknown, production.Rule?.Decision?.Headline);

        // It was blindness that held: with eyes open again, the same episode ends in the rollback.
        await production.Server.StartAgainAsync(TestContext.Current.CancellationToken);
        await Waiting.UntilAsync(() => !production.Calls.IsEmpty, 45, () => $"rolled back once it can be seen. {production.Describe()}");
        Assert.Single(production.Calls);
    }

    private static async Task BlindEvaluationsAsync(Production production, int count)
    {
        var last = production.Status.EvaluatedAt;
        for (var seen = 0; seen < count; seen++)
        {
            await Waiting.UntilAsync(() => production.Status.EvaluatedAt > last, 30, () => $"the next evaluation. {production.Describe()}");
            last = production.Status.EvaluatedAt;
            Assert.True(production.Rule?.Verdict == Verdict.Unknown, production.Describe());
            Assert.Empty(production.Calls);
        }
    }
}
