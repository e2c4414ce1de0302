using System.Collections.Immutable;
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

        await EstimateAsync();
        report.Progress("the mean of 5-minute ratios");
        var ratios = await MeanRatiosAsync();
        var errors = data.Accuracy.Take(ordinary).Select(s => Math.Abs((ratios[s.Settings.Name] / s.Happened.Ratio) - 1));
        report.Line(string.Create(CultureInfo.InvariantCulture, $"| mean of 5-minute ratios over 30 days, as rules take it | | | {Text(errors)} | |"));
    }

    private async Task MeasureAsync(Reading reading)
    {
        report.Progress($"accuracy, {reading.Name}");
        await using var source = new SourceUnderTest(server.Address, reading, Queries());
        var totals = new EventTotals[data.Accuracy.Count];
        for (var day = 0; day < Days; day++)
            Add(totals, await source.ReadAsync(data.AccuracyFirst + (day * Day), Day));
        Row($"{reading.Name}, days at once", reading.AccuracyBar, totals, [.. data.Accuracy.Select(s => s.Sampled)], withTruth: true);

        // As it happens, step by step as the engine asks and counts, for a stretch in the middle: against the same stretch read at once.
        report.Progress($"{LiveSteps} live steps, {reading.Name}");
        var (first, live, atOnce) = (data.AccuracyFirst + (15 * Day), new EventTotals[totals.Length], new EventTotals[totals.Length]);
        Add(atOnce, await source.ReadAsync(first, LiveSteps));
        var book = new LiveBook(source);
        for (var step = first; step < first + LiveSteps; step++)
            await book.ReadAsync(step);
        book.AddTo(live);
        Row($"{reading.Name}, {LiveSteps} steps live (against the same at once)", reading.AccuracyBar, live, atOnce, withTruth: false);
    }

    private ImmutableArray<SliQuery> Queries() =>
        SourceUnderTest.Of(data.Accuracy.Select(s => Objectives.Of(s.Settings.Metric, $"service=\"{s.Settings.Name}\"")));

    // What back-fill takes for history of long ago.
    private async Task EstimateAsync()
    {
        report.Progress("accuracy, estimates");
        await using var source = new SourceUnderTest(server.Address, Reading.All[^1], Queries());
        var totals = new EventTotals[data.Accuracy.Count];
        for (var day = 0; day < Days; day++)
            Add(totals, await source.EstimateAsync((data.AccuracyFirst + (day * Day)) / 60, 24));
        Row("estimates by the hour, as back-fill takes for long ago", 0.002, totals, [.. data.Accuracy.Select(s => s.Sampled)], withTruth: true, isPooled: true);
    }

    private static void Add(EventTotals[] totals, SliReadResult result)
    {
        for (var i = 0; i < totals.Length; i++)
        {
            foreach (var cell in result.Table.Row(i))
                totals[i] += new EventTotals(cell.First, cell.Second);
        }
    }

    private void Row(string name, double bar, EventTotals[] read, EventTotals[] sampled, bool withTruth, bool isPooled = false)
    {
        var ordinary = read.Length - data.CrashLoops;
        EventTotals[] happened = [.. data.Accuracy.Select(s => s.Happened)];
        Row(name, 0, ordinary);
        Row($"{name}, crash loop", ordinary, read.Length);

        void Row(string text, int from, int to)
        {
            var (inSamples, inTruth) = (Errors(read, sampled, from, to), Errors(read, happened, from, to));
            var (pooledSamples, pooledTruth) = (Pooled(read, sampled, from, to), Pooled(read, happened, from, to));
            var isJudged = from == 0;

            // Sums of shares of whole numbers: equal but for the last digits.
            var barText = bar == 0 ? "equal" : string.Create(CultureInfo.InvariantCulture, $"≤ {bar:0.00 %}");
            var equal = isJudged ? Report.Verdict((isPooled ? pooledSamples : inSamples.Max()) < Math.Max(bar, 1e-9), barText + (isPooled ? " of all" : "")) : "";
            var near = isJudged && withTruth && !isPooled ? Report.Verdict(pooledTruth <= 0.001, "≤ 0.1 %") : "";
            var samples = isPooled ? string.Create(CultureInfo.InvariantCulture, $"{Text(inSamples)}; of all events {pooledSamples:0.000 %}") : Text(inSamples);
            var truth = withTruth ? string.Create(CultureInfo.InvariantCulture, $"{Text(inTruth)}; of all events {pooledTruth:0.000 %}") : "";
            report.Line($"| {text} | {samples} | {equal} | {truth} | {near} |");
        }
    }

    private static double[] Errors(EventTotals[] counted, EventTotals[] right, int from, int to) =>
        [.. Enumerable.Range(from, to - from).Select(i => Error(counted[i].Bad, right[i].Bad))];

    private static double Pooled(EventTotals[] counted, EventTotals[] right, int from, int to) =>
        Error(counted[from..to].Sum(t => t.Bad), right[from..to].Sum(t => t.Bad));

    private static double Error(double counted, double right) => right == 0 ? counted == 0 ? 0 : 1 : Math.Abs((counted / right) - 1);

    private static string Text(IEnumerable<double> errors)
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
