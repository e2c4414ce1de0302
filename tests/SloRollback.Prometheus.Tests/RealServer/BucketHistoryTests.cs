using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Prometheus.Tests.RealServer.Blocks;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.RealServer;

/// <summary>A release gave a histogram the bucket at the threshold: what came before is not known, and no errors are made of it.</summary>
public sealed class BucketHistoryTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 8, 0);

    public static TheoryData<string> Versions => PrometheusVersions.All;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_hour_in_which_a_process_had_no_such_bucket_is_not_measured(string version)
    {
        Assert.SkipWhen(BlockDirectory.Promtool is null, BlockDirectory.SkipReason);
        await using var blocks = new BlockDirectory();
        await blocks.FillAsync(Start.ToUnixTimeSeconds(), Start.Plus(Duration.FromHours(4)).ToUnixTimeSeconds(), 18, Write);
        await blocks.CompleteAsync();
        await using var server = await PrometheusServer.StartAsync(
            new PrometheusServerSettings
            {
                Executable = PrometheusVersions.Executable(version),
                DataDirectory = blocks.Data,
                Arguments = ["--storage.tsdb.retention.time=100y"],
            },
            TestContext.Current.CancellationToken);
        await using var host = new SourceHost(new FakeTimeProvider((Start + Duration.FromDays(2)).ToDateTimeOffset()));
        host.AddPrometheus(o => o.BaseAddress = server.Address);
        var request = new SliReadRequest
        {
            Grid = SourceHost.Grid(Start, Start + Duration.FromHours(4), Duration.FromHours(1)),
            Queries = [new SliQuery { Id = "l", Indicator = new LatencyIndicator { Histogram = "h", Threshold = Duration.FromMilliseconds(300) } }],
            AllowEstimate = true,
        };
        var result = await host.Source().ReadAsync(request, TestContext.Current.CancellationToken);
        Assert.True(result.Outcomes[0].IsRead, result.Outcomes[0].Detail);
        var row = result.Table.Row(0).ToArray();
        Assert.Equal([StepState.Unmeasured, StepState.Unmeasured, StepState.Measured, StepState.Measured], row.Select(c => c.State));
        Assert.Equal(row[3].Second, row[3].First);
        Assert.InRange(row[3].Second, 3590, 3610);
    }

    // An event a second, all of them fast. The new pod takes over in the middle of the second hour.
    private static void Write(OpenMetricsFile file, long from, long to)
    {
        var middle = Start.Plus(Duration.FromMinutes(90)).ToUnixTimeSeconds();
        Pod("old", ["0.5", "+Inf"], from, middle);
        Pod("new", ["0.3", "0.5", "+Inf"], middle, to);

        void Pod(string name, string[] bounds, long begin, long end)
        {
            foreach (var bound in bounds)
            {
                var series = OpenMetricsFile.Series("h_bucket", ("job", "j"), ("instance", name), ("le", bound));
                for (var at = begin; at < end; at += 15)
                    file.Write(series, at - begin, at);
            }
        }
    }
}
