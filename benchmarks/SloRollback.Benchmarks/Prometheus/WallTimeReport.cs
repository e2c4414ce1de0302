using System.Diagnostics;
using System.Globalization;
using SloRollback.Prometheus.Tests.RealServer;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>How long a read of 1,000 objectives takes, against fetching the same answers with a bare client.</summary>
internal sealed class WallTimeReport(PrometheusServer server, ThirtyDays data, Report report)
{
    private const double Bar = 1.3;

    public async Task MeasureAsync()
    {
        report.Head("## Wall time of a tick of 1,000 objectives that share a metric");
        report.Line("Medians of pairs: the tick of our source, then the requests that it sent, sent again by a bare `HttpClient` that reads the answers to their ends.");
        report.Line();
        report.Line("| read | requests | our tick, ms | plain loop, ms | 4 at a time, ms | against the faster | bar |");
        report.Line("|---|---:|---:|---:|---:|---:|---:|");
        foreach (var reading in Reading.All)
            await MeasureAsync(reading);
    }

    private async Task MeasureAsync(Reading reading)
    {
        report.Progress($"wall time, {reading.Name}");
        var recorder = new RequestRecorder();
        await using var source = new SourceUnderTest(
            server.Address, reading, SourceUnderTest.Of(Enumerable.Range(0, Objectives.Many).Select(Objectives.Shared)), recorder);
        using var client = new HttpClient();
        var (ours, plain, parallel) = (new List<double>(), new List<double>(), new List<double>());
        var requests = 0;
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < 43 && (i < 8 || Stopwatch.GetElapsedTime(began).TotalSeconds < 30); i++)
        {
            recorder.Requests.Clear();
            var step = data.LiveFirst + i;
            var tick = await TimeAsync(() => source.ReadAsync(step));
            requests = recorder.Requests.Count;
            var loop = await TimeAsync(() => recorder.ReplayAsync(client, 1));
            var four = await TimeAsync(() => recorder.ReplayAsync(client, 4));
            if (i < 3)
                continue;

            ours.Add(tick);
            plain.Add(loop);
            parallel.Add(four);
        }

        var ratio = Median(ours) / Math.Min(Median(plain), Median(parallel));
        report.Line(string.Create(CultureInfo.InvariantCulture,
            $"| {reading.Name} | {requests} | {Median(ours):0.0} | {Median(plain):0.0} | {Median(parallel):0.0} | {ratio:0.00} × | {Report.Verdict(ratio <= Bar, $"≤ {Bar} ×")} |"));
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var began = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
