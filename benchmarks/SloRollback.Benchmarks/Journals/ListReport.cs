using System.Diagnostics;
using System.Globalization;
using SloRollback.Benchmarks.Prometheus;
using SloRollback.Rollbacks;

namespace SloRollback.Benchmarks.Journals;

/// <summary>How long the last 50 lines of the audit log take, of every service and of all.</summary>
internal static class ListReport
{
    private const double Bar = 10;

    public static async Task MeasureAsync(IRollbackJournal journal, Report report)
    {
        report.Progress("lists");
        for (var i = 0; i < 50; i++)
            await ListAsync(journal, RecordedRollback.ServiceOf(i));
        report.Line("| last 50 lines | lists | median, ms | 99 of 100, ms | worst, ms | bar |");
        report.Line("|---|---:|---:|---:|---:|---:|");
        await RowAsync("of one service", RecordedRollback.ServiceOf);
        await RowAsync("of all services", _ => "");

        async Task RowAsync(string name, Func<int, string> service)
        {
            var times = new List<double>();
            for (var i = 0; i < JournalHistory.Services; i++)
                times.Add(await ListAsync(journal, service(i)));
            times.Sort();
            var (median, most) = (new Figures(times).Median, times[times.Count * 99 / 100]);
            report.Line(string.Create(CultureInfo.InvariantCulture, $"| {name} | {times.Count:N0} | {median:0.00} | {most:0.00} | {times[^1]:0.00} | {Report.Verdict(most <= Bar, "99 of 100 ≤ 10 ms")} |"));
        }
    }

    private static async Task<double> ListAsync(IRollbackJournal journal, string service)
    {
        var began = Stopwatch.GetTimestamp();
        var answer = await journal.ListAsync(new JournalListRequest { Service = service.Length == 0 ? "" : $"{service}/{EngineRun.Environment}" }, CancellationToken.None);
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return answer.Value is { Length: 50 } ? took : throw new InvalidOperationException($"{service}: {answer.Unavailable ?? "too few lines"}");
    }
}
