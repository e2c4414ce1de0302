using System.Diagnostics;
using System.Globalization;
using SloRollback.Indicators;
using SloRollback.Prometheus.Tests.RealServer;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>CPU of Prometheus and of our process, per objective and tick, against the rules that a generator would install.</summary>
internal sealed class CpuReport(PrometheusServer server, ThirtyDays data, Report report)
{
    // Until the compiler is done with what runs all the time, as it is in a service.
    private const int WarmUps = 60;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(1.5);

    public async Task MeasureAsync()
    {
        report.Head("## CPU per objective and tick, every look-back from 5 minutes to 30 days fresh");
        report.Line("The rules are evaluated by the server's own rule manager: CPU of the server alone. Ours is the server's CPU and that of our whole process:");
        report.Line("the read, and the engine's step over all look-backs with the status.");
        report.Line();
        report.Line("| objectives | metric | rules, ms | read | ours, ms | of it the server | our read | look-backs | less than the rules | bar |");
        report.Line("|---:|---|---:|---|---:|---:|---:|---:|---:|---:|");
        foreach (var count in new[] { 100, Objectives.Many })
        {
            foreach (var isShared in new[] { true, false })
            {
                (string Bad, string Valid)[] selectors = [.. Enumerable.Range(0, count).Select(i => isShared ? Objectives.Shared(i) : Objectives.Own(i))];
                var rules = await RulesAsync(selectors);
                foreach (var reading in Reading.All)
                {
                    var ours = await OursAsync(reading, selectors);
                    var (ratio, bar) = (rules / ours.Sum, isShared ? reading.SharedBar : Reading.OwnBar);
                    report.Line(string.Create(CultureInfo.InvariantCulture,
                        $"| {count} | {(isShared ? "shared" : "own")} | {rules:0.000} | {reading.Name} | {ours.Sum:0.0000} | {ours.Server:0.0000} | {ours.Read:0.0000} | {ours.Lookbacks:0.0000} | {ratio:0.0} × | {Report.Verdict(ratio >= bar, $"≥ {bar} ×")} |"));
                }
            }
        }

        report.Line();
        report.Line("Each objective has 2 pods × 2 status codes, scraped once a minute. The rules are the eight recordings of the error ratio that Sloth installs (30 days as");
        report.Line("the mean of the recorded 5-minute ratios, one a minute); its seven rules for metadata and two alerts are left out, and their results are");
        report.Line($"not stored, since the blocks reach beyond now: both in their favour. The 30 days of {GeneratedRules.Recorded} objectives serve all of them.");
        await WindowsAsync();
    }

    // Where it goes: the same expressions, one at a time.
    private async Task WindowsAsync()
    {
        report.Progress("single windows");
        var expressions = Enumerable.Range(0, 100).SelectMany(i => GeneratedRules.Expressions(i, Objectives.Shared(i).Bad, Objectives.Shared(i).Valid));
        using var http = new HttpClient { BaseAddress = server.Address };
        var costs = new List<string>();
        foreach (var window in expressions.GroupBy(e => e.Window))
        {
            var before = CpuTime.Of(server.ProcessId);
            foreach (var (_, expression) in window)
            {
                using var form = new FormUrlEncodedContent([new("query", expression)]);
                using var response = await http.PostAsync(new Uri("/api/v1/query", UriKind.Relative), form);
                if (!(await response.Content.ReadAsStringAsync()).Contains("\"value\"", StringComparison.Ordinal))
                    throw new InvalidOperationException($"{expression} has no value");
            }

            var cost = (CpuTime.Of(server.ProcessId) - before).TotalMilliseconds / window.Count();
            costs.Add(string.Create(CultureInfo.InvariantCulture, $"{window.Key} {cost:0.0}"));
        }

        report.Line($"Each window by itself, as an instant query over HTTP, ms of the server's CPU: {string.Join(", ", costs)}.");
    }

    /// <summary>Milliseconds per objective and evaluation.</summary>
    private async Task<double> RulesAsync((string Bad, string Valid)[] selectors)
    {
        report.Progress($"rules of {selectors.Length} objectives");
        var file = Path.Combine(report.Directory, $"rules-{Guid.NewGuid():N}.yml");
        GeneratedRules.Write(file, selectors);
        var interval = TimeSpan.FromSeconds(selectors.Length < Objectives.Many ? 5 : 20);
        await server.EvaluateAsync([file], interval);

        // Groups are spread over the interval: after the first everything is warm.
        await Task.Delay(interval + TimeSpan.FromSeconds(2));
        var rounds = selectors.Length < Objectives.Many ? 4 : 2;
        var (cpu, evaluations) = (CpuTime.Of(server.ProcessId), await EvaluationsAsync());
        await Task.Delay(interval * rounds);
        cpu = CpuTime.Of(server.ProcessId) - cpu;
        evaluations = await EvaluationsAsync() - evaluations;
        await server.EvaluateAsync([], interval);

        var expected = (double)selectors.Length * GeneratedRules.PerObjective * rounds;
        if (Math.Abs((evaluations / expected) - 1) > 0.05)
            report.Note($"{evaluations:N0} evaluations of rules instead of {expected:N0}: this machine was too busy for their interval.");
        return cpu.TotalMilliseconds / (evaluations / GeneratedRules.PerObjective);
    }

    private async Task<Cost> OursAsync(Reading reading, (string Bad, string Valid)[] selectors)
    {
        report.Progress($"our ticks of {selectors.Length} objectives, {reading.Name}");
        await using var source = new SourceUnderTest(server.Address, reading, SourceUnderTest.Of(selectors));
        var lookbacks = new Lookbacks(selectors.Length);
        var step = data.LiveFirst;
        var began = Stopwatch.GetTimestamp();
        for (; step < data.LiveFirst + WarmUps && Stopwatch.GetElapsedTime(began).TotalSeconds < 10; step++)
            lookbacks.Count(Counted(await source.ReadAsync(step)));

        var (ticks, read, counted) = (0, TimeSpan.Zero, TimeSpan.Zero);
        var atServer = CpuTime.Of(server.ProcessId);
        began = Stopwatch.GetTimestamp();
        for (; ticks < 200 && (ticks < 30 || Cpu() < Enough) && (ticks < 5 || Stopwatch.GetElapsedTime(began).TotalSeconds < 20); ticks++)
        {
            var before = CpuTime.Own;
            var result = Counted(await source.ReadAsync(step++));
            var between = CpuTime.Own;
            lookbacks.Count(result);
            read += between - before;
            counted += CpuTime.Own - between;
        }

        var all = (double)ticks * selectors.Length;
        return new Cost((CpuTime.Of(server.ProcessId) - atServer).TotalMilliseconds / all, read.TotalMilliseconds / all, counted.TotalMilliseconds / all);

        TimeSpan Cpu() => CpuTime.Of(server.ProcessId) - atServer + read + counted;
    }

    // What is cheap because it reads nothing is no feat. Both pods of a service may be restarting when they would be scraped.
    private static SliReadResult Counted(SliReadResult result)
    {
        var without = Enumerable.Range(0, result.Table.Rows.Length).Where(row => result.Table.Row(row)[0] is not { State: StepState.Measured, Second: > 0 }).ToList();
        if (without.Count > result.Table.Rows.Length / 100)
            throw new InvalidOperationException($"{without.Count} objectives have no events, the first {without[0]}: {result.Table.Row(without[0])[0]}");

        return result;
    }

    private async Task<double> EvaluationsAsync()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        var page = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return page.Split('\n')
            .Where(l => l.StartsWith("prometheus_rule_evaluations_total{", StringComparison.Ordinal))
            .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    private sealed record Cost(double Server, double Read, double Lookbacks)
    {
        public double Sum => Server + Read + Lookbacks;
    }
}
