using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>Rollbacks by hand: no episode is needed, the guards hold, what may be overruled is overruled by name.</summary>
public sealed class ManualRollbackTests
{
    private static readonly Instant Release = EngineHost.T0 + Duration.FromMinutes(30);
    private static readonly ManualRollbackRequest Ask = new() { Service = new ServiceId("checkout", "production"), By = "ada", Reason = "looks wrong" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_healthy_service_is_rolled_back_at_the_next_evaluation_and_verified()
    {
        using var host = await DeployedAsync();
        var answer = await AskAsync(host, Ask);

        Assert.True(answer.IsDone, answer.Detail);
        Assert.Equal((RollbackState.Verifying, "ada", "v1"), (Read(host).State, Read(host).By, Read(host).To.Name));
        await host.RunAsync(20);
        Assert.Equal(RollbackState.Succeeded, Read(host).State);
        Assert.Single(host.Platform.Calls);

        var evidence = (await host.Operations.ShowAsync(Read(host).EvidenceId, Cancel)).Value!;
        Assert.Null(evidence.Input);
        Assert.Equal("looks wrong", evidence.Manual!.Reason);
        Assert.Equal(RollbackState.Succeeded, evidence.Transitions[^1].State);
        var lines = (await host.Operations.ListAsync(new JournalListRequest(), Cancel)).Value;
        Assert.Contains(lines, l => l.By == "ada" && l.Text.Contains("looks wrong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Asked_twice_it_acts_once()
    {
        using var host = await DeployedAsync();
        Assert.True((await AskAsync(host, Ask)).IsDone);
        var again = await AskAsync(host, Ask);
        Assert.False(again.IsDone);
        Assert.Contains(nameof(HoldReason.SuspectIsRollback), again.Detail, StringComparison.Ordinal);
        Assert.Single(host.Platform.Calls);
    }

    [Fact]
    public async Task A_pause_holds_it_and_cannot_be_overruled()
    {
        using var host = await DeployedAsync();
        await host.Operations.PauseAsync("checkout/production", "bob", "drill", Cancel);
        var answer = await AskAsync(host, Ask);
        Assert.Contains(nameof(HoldReason.Paused), answer.Detail, StringComparison.Ordinal);
        Assert.Empty(host.Platform.Calls);

        var refused = await host.Operations.RollBackAsync(Ask with { Overrides = [HoldReason.Paused] }, Cancel);
        Assert.Contains("Paused cannot be overruled", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HoldReason.ManagedElsewhere)]
    [InlineData(HoldReason.NoCapacity)]
    public async Task What_the_platform_holds_against_it_is_overruled_by_name(HoldReason refusal)
    {
        using var host = await DeployedAsync();
        host.Platform.Plan = host.Platform.Plan with { IsPossible = false, Refusal = refusal, Summary = "the platform says no" };
        var held = await AskAsync(host, Ask);
        Assert.False(held.IsDone);
        Assert.Contains($"{refusal}: the platform says no", held.Detail, StringComparison.Ordinal);
        Assert.Empty(host.Platform.Calls);

        Assert.False((await AskAsync(host, Ask with { Overrides = [HoldReason.RollbackUnsafe] })).IsDone);
        Assert.True((await AskAsync(host, Ask with { Overrides = [refusal] })).IsDone);
        Assert.Single(host.Platform.Calls);
    }

    [Fact]
    public async Task A_workload_that_moved_is_never_overwritten()
    {
        using var host = await DeployedAsync();
        host.Platform.Answer = () => new RollbackResult { Status = RollbackResultStatus.Refused, Detail = "it moved" };
        var answer = await AskAsync(host, Ask with { Overrides = ManualRollbackDecider.Overridable });
        Assert.False(answer.IsDone);
        Assert.Contains("it moved", answer.Detail, StringComparison.Ordinal);
        Assert.Equal(RollbackState.Abandoned, Read(host).State);
    }

    [Fact]
    public async Task A_revision_that_was_never_there_is_not_returned_to()
    {
        using var host = await DeployedAsync();
        var answer = await AskAsync(host, Ask with { To = "v0", Overrides = [HoldReason.NoKnownGoodRevision] });
        Assert.Contains(nameof(HoldReason.NoKnownGoodRevision), answer.Detail, StringComparison.Ordinal);
        Assert.Empty(host.Platform.Calls);
    }

    [Fact]
    public async Task A_journal_that_does_not_take_it_leaves_everything_as_it_is()
    {
        var journal = new UnreliableJournal { FailAt = 2 };
        using var host = await DeployedAsync(journal);
        var answer = await AskAsync(host, Ask);
        Assert.Contains("the journal did not take it", answer.Detail, StringComparison.Ordinal);
        Assert.Empty(host.Platform.Calls);
    }

    [Fact]
    public async Task Who_stops_waiting_takes_it_back()
    {
        using var host = await DeployedAsync();
        using var stop = new CancellationTokenSource();
        var asked = host.Operations.RollBackAsync(Ask, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await host.RunAsync(2);
        Assert.Empty(host.Platform.Calls);
    }

    [Fact]
    public async Task Unknown_services_are_named()
    {
        using var host = await DeployedAsync();
        var answer = await host.Operations.RollBackAsync(Ask with { Service = new ServiceId("basket", "production") }, Cancel);
        Assert.Contains("no service is named basket/production; services: checkout/production", answer.Detail, StringComparison.Ordinal);
    }

    private static RollbackRecord Read(EngineHost host) =>
        host.Journal.ReadAsync(new JournalReadRequest(), CancellationToken.None).GetAwaiter().GetResult().Rollbacks.Single();

    private static async Task<EngineHost> DeployedAsync(IRollbackJournal? journal = null)
    {
        var host = new EngineHost(EngineHost.BadFrom(Instant.MaxValue, 0), more: b =>
        {
            if (journal is not null) b.Services.AddSingleton(journal);
        });
        await host.RunAsync(30);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, Release));
        await host.RunAsync(5);
        return host;
    }

    private static async Task<OperationResult> AskAsync(EngineHost host, ManualRollbackRequest request)
    {
        var asked = host.Operations.RollBackAsync(request, Cancel);
        await host.RunAsync(1);
        return await asked;
    }
}
