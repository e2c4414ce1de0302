using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Scraping;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Tests.Support;

/// <summary>
/// Answers the questions that the source asks from samples in memory, by the definitions of PromQL's functions as they are written:
/// slow, and obviously right. Samples are visible from their time on.
/// </summary>
internal sealed partial class FakeTsdb(TimeProvider time) : HttpMessageHandler
{
    private const string Grown = @"\(\(last_over_time\((?<m>.+)\[(?<s>\d+)ms\]\) - last_over_time\(\k<m>\[1h\] offset \k<s>ms\)\) >= 0\) or last_over_time\(\k<m>\[\k<s>ms\]\)";
    private const string UnknownTargets = @"\(last_over_time\(up(?<j>.*)\[(?<s>\d+)ms\]\) == 1 unless on \(job,instance\) max_over_time\(up\k<j>\[1h\] offset \k<s>ms\) == 1\)"
        + @" unless on \(job,instance\) last_over_time\(process_start_time_seconds\k<j>\[\k<s>ms\]\) >= time\(\) - (?<age>[\d.]+)";

    public List<(LabelSet Labels, (string Name, string Value)[] Texts, List<Sample> Samples)> Series { get; } = [];

    public TimeProvider Time => time;

    public List<string> Queries { get; } = [];

    /// <summary>Answers instead, where it answers anything.</summary>
    public Func<string, HttpResponseMessage?> Fault { get; set; } = _ => null;

    public List<Sample> Add(string name, params (string Name, string Value)[] labels)
    {
        (string, string)[] all = [("__name__", name), .. labels];
        Series.Add((new LabelSet(all), all, []));
        return Series[^1].Samples;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var form = (await request.Content!.ReadAsStringAsync(cancellationToken)).Split('&').Select(f => f.Split('=')).ToDictionary(f => f[0], f => WebUtility.UrlDecode(f[1]));
        var query = form["query"];
        lock (Queries)
            Queries.Add(query);
        if (Fault(query) is { } fault)
            return fault;

        var isRange = request.RequestUri!.AbsolutePath.EndsWith("query_range", StringComparison.Ordinal);
        var result = isRange
            ? ("matrix", Range(query, Milliseconds(form["start"]), Milliseconds(form["end"]), Milliseconds(form["step"])))
            : RawRange().Match(query) is { Success: true } raw
                ? ("matrix", Raw(raw.Groups[1].Value, long.Parse(raw.Groups[2].Value), Milliseconds(form["time"])))
                : ("vector", Instant(query, Milliseconds(form["time"])));
        return new HttpResponseMessage { Content = new StringContent(Json(result.Item1, result.Item2), Encoding.UTF8, "application/json") };
    }

    private static long Milliseconds(string seconds) => (long)(decimal.Parse(seconds, CultureInfo.InvariantCulture) * 1000);

    private IEnumerable<(IEnumerable<(string, string)> Labels, List<Sample> Samples)> Raw(string selector, long length, long at) =>
        Select(selector).Select(s => (s.Texts.AsEnumerable(), Within(s.Samples, at - length, at))).Where(s => s.Item2.Count > 0);

    private IEnumerable<(IEnumerable<(string, string)> Labels, List<Sample> Samples)> Instant(string query, long at)
    {
        const long Lookback = 5 * 60 * 1000;
        if (Count().Match(query) is { Success: true } count)
        {
            var number = Raw(count.Groups[1].Value, Lookback, at).Count();
            return number == 0 ? [] : [([], [new Sample(at, number)])];
        }

        return Raw(query, Lookback, at).Select(s => (s.Labels, new List<Sample> { new(at, s.Samples[^1].Value) }));
    }

    private List<(IEnumerable<(string, string)> Labels, List<Sample> Samples)> Range(string query, long start, long end, long step)
    {
        var rows = new Dictionary<string, (IEnumerable<(string, string)> Labels, List<Sample> Samples)>();
        for (var at = start; at <= end; at += step)
        {
            foreach (var (labels, value) in Evaluate(query, at))
            {
                var key = string.Join(',', labels);
                if (!rows.TryGetValue(key, out var row))
                    rows[key] = row = (labels, []);
                row.Samples.Add(new Sample(at, value));
            }
        }

        return [.. rows.Values];
    }

    private IEnumerable<(IEnumerable<(string, string)> Labels, double Value)> Evaluate(string query, long at)
    {
        if (Alive().Match(query) is { Success: true } alive)
        {
            var number = Raw("up", long.Parse(alive.Groups[1].Value), at).Count();
            return number == 0 ? [] : [([], number)];
        }

        if (Instances().Match(query) is { Success: true } instances)
            return Instances(instances, at).GroupBy(i => i).Select(g => ((IEnumerable<(string, string)>)(g.Key.Length == 0 ? [] : [("instance", g.Key)]), (double)g.Count()));

        var match = Sums().Match(query);
        Assert.True(match.Success, query);
        var by = match.Groups["by"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var (selector, length) = (match.Groups["m"].Value, long.Parse(match.Groups["s"].Value));
        var unknown = match.Groups["age"].Success ? Unknown(match, at) : [];
        return Select(selector)
            .Where(s => !unknown.Contains((s.Labels["job"], s.Labels["instance"])))
            .Select(s => (s.Texts, Growth: Growth(s.Samples, at, length)))
            .Where(s => s.Growth is not null)
            .GroupBy(s => string.Join('\n', by.Select(l => s.Texts.FirstOrDefault(t => t.Name == l).Value ?? "")))
            .Select(g => (by.Zip(g.Key.Split('\n')).Where(l => l.Second.Length > 0), g.Sum(s => s.Growth!.Value)));
    }

    // Targets that were scraped just now, not in the hour before, and have not just begun.
    private HashSet<(string Job, string Instance)> Unknown(Match match, long at)
    {
        var (labels, length, age) = (match.Groups["j"].Value, long.Parse(match.Groups["s"].Value), decimal.Parse(match.Groups["age"].Value, CultureInfo.InvariantCulture));
        var started = Select("process_start_time_seconds" + labels).Where(s => Within(s.Samples, at - length, at) is [.., { Value: var start }] && start >= (double)((at / 1000m) - age));
        var before = Select("up" + labels).Where(s => Within(s.Samples, at - length - (60 * 60 * 1000), at - length).Exists(p => p.Value == 1));
        var now = Select("up" + labels).Where(s => Within(s.Samples, at - length, at) is [.., { Value: 1 }]);
        return [.. now.Except(before).Select(s => (s.Labels["job"], s.Labels["instance"])).Except(started.Select(s => (s.Labels["job"], s.Labels["instance"])))];
    }

    private IEnumerable<string> Instances(Match match, long at)
    {
        long Of(string group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
        var (step, before, age) = (Of("s"), Of("b"), double.Parse(match.Groups["age"].Value, CultureInfo.InvariantCulture));
        bool WasUp((LabelSet Labels, (string Name, string Value)[] Texts, List<Sample> Samples) s, long after, long until) => Within(s.Samples, after, until).Exists(p => p.Value == 1);
        var started = Select("process_start_time_seconds").Where(s => Within(s.Samples, at - step, at) is { Count: > 0 } of && of.Min(p => p.Value) >= (at / 1000.0) - age)
            .Select(s => (s.Labels["job"], s.Labels["instance"])).ToHashSet();
        return Select("up").Where(s => WasUp(s, at - step, at) && !WasUp(s, at - step - before, at - step) && !started.Contains((s.Labels["job"], s.Labels["instance"])))
            .Select(s => s.Labels["instance"]);
    }

    private double? Growth(List<Sample> samples, long at, long length)
    {
        if (Within(samples, at - length, at) is not [.., var last])
            return null;

        return Within(samples, at - length - (60 * 60 * 1000), at - length) is [.., var before] && last.Value - before.Value >= 0 ? last.Value - before.Value : last.Value;
    }

    // Left-open, as since 3.0.
    private List<Sample> Within(List<Sample> samples, long after, long until)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return [.. samples.Where(s => s.Time > after && s.Time <= until && s.Time <= now)];
    }

    private IEnumerable<(LabelSet Labels, (string Name, string Value)[] Texts, List<Sample> Samples)> Select(string selector)
    {
        var matcher = SelectorMatcher.Create(selector, out var error);
        Assert.True(matcher is not null, $"{selector}: {error}");
        return Series.Where(s => matcher.IsMatch(s.Labels));
    }

    private static string Json(string type, IEnumerable<(IEnumerable<(string Name, string Value)> Labels, List<Sample> Samples)> series)
    {
        var result = series.Select(s =>
        {
            var labels = JsonSerializer.Serialize(s.Labels.ToDictionary(l => l.Name, l => l.Value));
            string[] values = [.. s.Samples.Select(v => string.Create(CultureInfo.InvariantCulture, $"[{v.Time / 1000m},\"{v.Value:R}\"]"))];
            return $"{{\"metric\":{labels},{(type == "matrix" ? $"\"values\":[{string.Join(',', values)}]" : $"\"value\":{values[0]}")}}}";
        });
        return $"{{\"status\":\"success\",\"data\":{{\"resultType\":\"{type}\",\"result\":[{string.Join(',', result)}]}}}}";
    }

    [GeneratedRegex(@"^(.+)\[(\d+)ms\]$")]
    private static partial Regex RawRange();

    [GeneratedRegex(@"^count\((.+)\)$")]
    private static partial Regex Count();

    [GeneratedRegex(@"^count\(count_over_time\(up\[(\d+)ms\]\)\)$")]
    private static partial Regex Alive();

    [GeneratedRegex(
        @"^count by \(instance\) \(\(max_over_time\(up\[(?<s>\d+)ms\]\) == 1 unless on \(job,instance\) max_over_time\(up\[(?<b>\d+)ms\] offset \k<s>ms\) == 1\)"
        + @" unless on \(job,instance\) min_over_time\(process_start_time_seconds\[\k<s>ms\]\) >= time\(\) - (?<age>[\d.]+)\)$")]
    private static partial Regex Instances();

    [GeneratedRegex(
        @"^sum(?: by \((?<by>[^)]*)\) )?\((?:\(" + Grown + @"\) unless on \(job,instance\) \(" + UnknownTargets + @"\)|" + Grown + @")\)$")]
    private static partial Regex Sums();
}
