using SloRollback.Hosting.Evaluation;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Tests.Running;

public sealed class SourceLogTests
{
    private static readonly SliQuery[] Queries =
    [
        new() { Id = "a", Indicator = new EventRatioIndicator() },
        new() { Id = "b", Indicator = new EventRatioIndicator() },
    ];

    [Fact]
    public async Task How_a_source_reads_is_told_once_after_the_first_evaluation()
    {
        using var host = new EngineHost(EngineHost.BadFrom(EngineHost.T0, 0));
        var loop = host.HostedServices.OfType<EvaluationService>().Single();
        await loop.StartAsync(TestContext.Current.CancellationToken);
        await EngineHost.UntilAsync(() => host.Log.Count(2107) > 0);
        var asked = host.Source.Asked.Count;
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await EngineHost.UntilAsync(() => host.Source.Asked.Count > asked);
        await loop.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal("Metric source scripted: one query for checkout/production/availability", Assert.Single(host.Log.Entries, e => e.Id == 2107).Text);
    }

    [Fact]
    public void A_failure_is_told_once_until_its_state_changes_and_one_that_all_share_as_the_sources()
    {
        using var log = new RecordingLog();
        var told = new SourceLog("prometheus", log.CreateLogger("SloRollback.MetricSource"));
        void Report(params UnmeasuredReason[] reasons) => told.Report(
            [.. Queries],
            [.. reasons.Select(r => r == UnmeasuredReason.None ? SliOutcome.Read(null) : SliOutcome.Failed(r, "why", transient: true))]);

        Report(UnmeasuredReason.None, UnmeasuredReason.None);
        Report(UnmeasuredReason.SourceError, UnmeasuredReason.SourceError);
        Report(UnmeasuredReason.SourceError, UnmeasuredReason.SourceError);
        Report(UnmeasuredReason.Unauthorized, UnmeasuredReason.Unauthorized);
        Report(UnmeasuredReason.None, UnmeasuredReason.None);
        Report(UnmeasuredReason.None, UnmeasuredReason.QueryRejected);
        Report(UnmeasuredReason.None, UnmeasuredReason.QueryRejected);
        Report(UnmeasuredReason.None, UnmeasuredReason.None);

        Assert.Equal([2000, 2000, 2001, 2002, 2003], log.Entries.Select(e => e.Id));
    }
}
