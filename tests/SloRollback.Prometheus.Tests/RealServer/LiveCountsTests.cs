using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.RealServer;

/// <summary>
/// Steps read while they happen, as the engine reads them: each once it is final, and again while nobody knows its growth. Here for
/// event counts; the other kinds of indicators have tests of the same make beside this one.
/// </summary>
public sealed class LiveCountsTests
{
    private static readonly Duration Settle = Duration.FromSeconds(1);

    public static TheoryData<string> Versions => PrometheusVersions.All;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Live_steps_hold_every_event_across_resets_failed_scrapes_and_a_killed_server(string version)
    {
        await using var first = new MetricsEndpoint();
        await using var second = new MetricsEndpoint();
        await using var server = await RealSource.StartAsync(version, first, second);
        await using var host = RealSource.Host(server);
        MetricsEndpoint[] both = [first, second];
        first.Serve(0);
        second.Serve(0);
        await ScrapedAsync(both);
        await ScrapedAsync(both);
        using var ended = new CancellationTokenSource();
        var reading = ReadLiveAsync(host, StepGrid.IndexOf(SystemClock.Instance.GetCurrentInstant(), RealSource.Step), ended.Token);

        first.Serve(good: 40, bad: 4);
        second.Serve(good: 9);
        await ScrapedAsync(both);

        // Two resets of one counter, one of them in the step of the other; while its neighbour cannot be scraped.
        first.Restart();
        second.IsFailing = true;
        first.Serve(good: 6, bad: 2);
        second.Serve(good: 10, bad: 3);
        await ScrapedAsync(both);
        first.Restart();
        first.Serve(good: 2, bad: 1);
        await ScrapedAsync(both);
        second.IsFailing = false;
        await ScrapedAsync(both);

        await server.KillAsync();
        first.Serve(good: 7);
        second.Serve(good: 5, bad: 4);
        await server.StartAgainAsync(TestContext.Current.CancellationToken);
        await ScrapedAsync(both);
        first.Restart();
        first.Serve(good: 3);
        await ScrapedAsync(both);
        await ScrapedAsync(both);

        await ended.CancelAsync();
        var (bad, valid) = await reading;
        Assert.Equal(first.Bad + second.Bad, bad, 1e-6);
        Assert.Equal(first.Good + first.Bad + second.Good + second.Bad, valid, 1e-6);
    }

    private static Task ScrapedAsync(MetricsEndpoint[] endpoints) => Task.WhenAll(endpoints.Select(e => e.ScrapedAsync()));

    /// <summary>Reads until the step in which it is told that all has happened is measured too.</summary>
    private static async Task<(double Bad, double Valid)> ReadLiveAsync(SourceHost host, long next, CancellationToken ended)
    {
        var (bad, valid, last) = (0.0, 0.0, long.MaxValue);
        await Wait.UntilAsync(
            async () =>
            {
                var now = SystemClock.Instance.GetCurrentInstant();
                if (ended.IsCancellationRequested && last == long.MaxValue)
                    last = StepGrid.IndexOf(now, RealSource.Step);

                var final = StepGrid.IndexOf(now - Settle, RealSource.Step);
                if (final <= next)
                    return false;

                var result = await host.ReadAsync("prometheus", new StepGrid(next, (int)(final - next), RealSource.Step), (RealSource.Bad, RealSource.Valid));
                var cells = result.Outcomes[0].IsRead ? result.Table.Row(0).ToArray() : [];

                // After a gap one target is scraped before another: what it grew in the gap is known for all one step later.
                var known = Array.FindLastIndex(cells, c => c.State == StepState.Measured && !c.IsRecovered) + 1;
                bad += cells.Take(known).Sum(c => c.First);
                valid += cells.Take(known).Sum(c => c.Second);
                next += known;
                return next > last;
            },
            "the last step to be read");
        return (bad, valid);
    }
}
