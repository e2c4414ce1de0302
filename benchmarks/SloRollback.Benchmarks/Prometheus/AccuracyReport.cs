using System.Globalization;
using System.Text.Json;
using SloRollback.Indicators;
using SloRollback.Prometheus.Tests.RealServer;
using SloRollback.Prometheus.Tests.RealServer.Blocks;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>Bad events over 30 days against what the samples hold and against what happened.</summary>
internal sealed class AccuracyReport(PrometheusServer server, ThirtyDays data, Report report)
{
    private const int Day = 24 * 60, Days = 30, LiveSteps = 6 * 60;

    public async Task MeasureAsync()
    {
        report.Head("## Accuracy over 30 days");
        var (ordinary, looping) = (data.Accuracy.Count - data.CrashLoops, data.CrashLoops);
        report.Line($"{ordinary} services of 3 pods that live 2 days in the mean, each restarting once a day, scraped every 30 s with gaps up to 5 min, and {looping} in a crash loop");
        report.Line("(600 restarts per pod and day). Error of the bad events that were counted: median and worst over the services.");
        report.Line();
        report.Line("| | against the growth in the samples | bar | against what happened | bar |");
        report.Line("|---|---:|---:|---:|---:|");
        foreach (var reading in Reading.All)
            await MeasureAsync(reading);

        report.Progress("the mean of 5-minute ratios");
        var ratios = await MeanRatiosAsync();
        var errors = data.Accuracy.Take(ordinary).Select(s => Math.Abs((ratios[s.Settings.Name] / s.Happened.Ratio) - 1));
        report.Line(string.Create(CultureInfo.InvariantCulture, $"| mean of 5-minute ratios over 30 days, as rules take it | | | {Errors(errors)} | |"));
    }

    private async Task MeasureAsync(Reading reading)
    {
        report.Progress($"accuracy, {reading.Name}");
        await using var source = new SourceUnderTest(server.Address, reading, SourceUnderTest.Of(data.Accuracy.Select(s => Objectives.Of(s.Settings.Metric, $"service=\"{s.Settings.Name}\""))));
        var totals = new EventTotals[data.Accuracy.Count];
        for (var day = 0; day < Days; day++)
            Add(totals, await source.ReadAsync(data.AccuracyFirst + (day * Day), Day));
        Row(reading, "days at once", totals, [.. data.Accuracy.Select(s => s.Sampled)], withTruth: true);

        // As it happens, step by step, for a stretch in the middle: against the same stretch read at once, by the most plain way to read.
        report.Progress($"{LiveSteps} live steps, {reading.Name}");
        var (first, live, atOnce) = (data.AccuracyFirst + (15 * Day), new EventTotals[totals.Length], new EventTotals[totals.Length]);
        Add(atOnce, await source.ReadAsync(first, LiveSteps));
        for (var step = first; step < first + LiveSteps; step++)
            Add(live, await source.ReadAsync(step));
        Row(reading, $"{LiveSteps} steps live (against the same at once)", live, atOnce, withTruth: false);
    }

    private static void Add(EventTotals[] totals, SliReadResult result)
    {
        for (var i = 0; i < totals.Length; i++)
        {
            foreach (var cell in result.Table.Row(i))
                totals[i] += new EventTotals(cell.First, cell.Second);
        }
    }

    private void Row(Reading reading, string name, EventTotals[] read, EventTotals[] sampled, bool withTruth)
    {
        var ordinary = read.Length - data.CrashLoops;
        Row($"{reading.Name}, {name}", 0, ordinary);
        Row($"{reading.Name}, {name}, crash loop", ordinary, read.Length);

        void Row(string text, int from, int to)
        {
            double[] inSamples = [.. Enumerable.Range(from, to - from).Select(i => Error(read[i].Bad, sampled[i].Bad))];
            double[] inTruth = [.. Enumerable.Range(from, to - from).Select(i => Error(read[i].Bad, data.Accuracy[i].Happened.Bad))];
            var isJudged = from == 0;

            // Sums of shares of whole numbers: equal but for the last digits.
            var bar = reading.AccuracyBar == 0 ? "equal" : string.Create(CultureInfo.InvariantCulture, $"≤ {reading.AccuracyBar:0.00 %}");
            var equal = isJudged ? Report.Verdict(inSamples.Max() < Math.Max(reading.AccuracyBar, 1e-9), bar) : "";
            var pooled = Error(Enumerable.Range(from, to - from).Sum(i => read[i].Bad), Enumerable.Range(from, to - from).Sum(i => data.Accuracy[i].Happened.Bad));
            var near = isJudged && withTruth ? Report.Verdict(pooled <= 0.001, "≤ 0.1 %") : "";
            var truth = withTruth ? string.Create(CultureInfo.InvariantCulture, $"{Errors(inTruth)}; of all events {pooled:0.000 %}") : "";
            report.Line($"| {text} | {Errors(inSamples)} | {equal} | {truth} | {near} |");
        }
    }

    private static double Error(double counted, double right) => right == 0 ? counted == 0 ? 0 : 1 : Math.Abs((counted / right) - 1);

    private static string Errors(IEnumerable<double> errors)
    {
        double[] sorted = [.. errors.Order()];
        return sorted[^1] < 1e-9 ? "equal" : string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 2]:0.000 %}, {sorted[^1]:0.000 %}");
    }

    private async Task<Dictionary<string, double>> MeanRatiosAsync()
    {
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(10) };
        var metric = data.Accuracy[0].Settings.Metric;
        var ratios = new Dictionary<string, double>();
        foreach (var service in data.Accuracy.Select(s => s.Settings.Name))
        {
            var (bad, valid) = Objectives.Of(metric, $"service=\"{service}\"");
            var query = $"avg_over_time((sum(rate({bad}[5m])) / sum(rate({valid}[5m])))[30d:1m])";
            using var form = new FormUrlEncodedContent([new("query", query), new("time", ((data.AccuracyFirst + (Days * Day)) * 60).ToString(CultureInfo.InvariantCulture))]);
            using var response = await http.PostAsync(new Uri("/api/v1/query", UriKind.Relative), form);
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            var value = answer.RootElement.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString()!;
            ratios[service] = double.Parse(value, CultureInfo.InvariantCulture);
        }

        return ratios;
    }
}
