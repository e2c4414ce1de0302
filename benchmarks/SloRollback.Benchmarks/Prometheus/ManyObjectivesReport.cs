using System.Diagnostics;
using System.Globalization;
using SloRollback.Indicators;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>10,000 objectives in 100 metrics × 100 label values, served by a fake in a process of its own.</summary>
internal sealed class ManyObjectivesReport(Report report)
{
    private const int Metrics = FakePrometheus.Metrics, Services = FakePrometheus.Services;

    public async Task MeasureAsync()
    {
        report.Head($"## {Metrics * Services:N0} objectives in {Metrics} metrics × {Services} label values");
        report.Line("Served by a fake on a real socket, in a process of its own. The tick is the read; times are medians, bytes the mean.");
        report.Line();
        report.Line("| read | tick, ms | bar | bytes allocated per objective | bar | our CPU, ms | fake's CPU, ms |");
        report.Line("|---|---:|---:|---:|---:|---:|---:|");
        using var fake = FakePrometheus.Start(out var address);
        try
        {
            foreach (var reading in Reading.All)
                await MeasureAsync(reading, address, fake.Id);
        }
        finally
        {
            fake.Kill();
        }
    }

    private async Task MeasureAsync(Reading reading, Uri address, int fake)
    {
        report.Progress($"{Metrics * Services:N0} objectives, {reading.Name}");
        var selectors = from m in Enumerable.Range(0, Metrics)
                        from s in Enumerable.Range(0, Services)
                        select Objectives.Of(FakePrometheus.Metric(m), $"service=\"{Objectives.Service(s)}\"");
        await using var source = new SourceUnderTest(address, reading, SourceUnderTest.Of(selectors));
        var (times, bytes, ours, theirs) = (new List<double>(), 0L, TimeSpan.Zero, TimeSpan.Zero);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < 33 && (i < 5 || Stopwatch.GetElapsedTime(began).TotalSeconds < 30); i++)
        {
            var (allocated, own, other, start) = (GC.GetTotalAllocatedBytes(precise: true), CpuTime.Own, CpuTime.Of(fake), Stopwatch.GetTimestamp());
            var result = await source.ReadAsync(29_000_000 + i);
            var time = Stopwatch.GetElapsedTime(start);
            (allocated, own, other) = (GC.GetTotalAllocatedBytes(precise: true) - allocated, CpuTime.Own - own, CpuTime.Of(fake) - other);
            Check(result);
            if (i < 3)
                continue;

            times.Add(time.TotalMilliseconds);
            bytes += allocated;
            ours += own;
            theirs += other;
        }

        var (median, each) = (times.Order().ElementAt(times.Count / 2), (double)bytes / times.Count / (Metrics * Services));
        report.Line(string.Create(CultureInfo.InvariantCulture,
            $"| {reading.Name} | {median:N0} | {Report.Verdict(median <= 1000, "≤ 1,000")} | {each:N0} | {Report.Verdict(each <= 500, "≤ 500")} | {ours.TotalMilliseconds / times.Count:N0} | {theirs.TotalMilliseconds / times.Count:N0} |"));
    }

    private static void Check(SliReadResult result)
    {
        for (var row = 0; row < result.Table.Rows.Length; row++)
        {
            if (result.Table.Row(row)[0] is not { State: StepState.Measured } cell || cell.First != FakePrometheus.BadPerMinute || cell.Second != FakePrometheus.ValidPerMinute)
                throw new InvalidOperationException($"objective {row} was read as {result.Table.Row(row)[0]}");
        }
    }
}
