using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>
/// What the fake answers. It understands as much of a query as tells which series are asked for: the metric, matchers, the first range,
/// and <c>by (…)</c>. What a query asks is kept, and labels stand ready as text; only times and values are written each time.
/// </summary>
internal sealed partial class FakeAnswers
{
    private const int ScrapeInterval = 15;
    private const int BadPerScrape = FakePrometheus.BadPerMinute / 4, GoodPerScrape = (FakePrometheus.ValidPerMinute / 4) - BadPerScrape;
    private readonly ConcurrentDictionary<string, Question> questions = new(StringComparer.Ordinal);

    public void Write(Dictionary<string, string> form, bool isRange, FakeAnswer answer)
    {
        var question = questions.GetOrAdd(form["query"], Ask);
        answer.Begin();
        if (isRange)
        {
            answer.Add("matrix\",\"result\":["u8);
            Range(question, Seconds(form["start"]), Seconds(form["end"]), Seconds(form["step"]), answer);
        }
        else if (question.IsGrouped)
        {
            answer.Add("vector\",\"result\":["u8);
            Groups(question, Seconds(form["time"]), answer);
        }
        else
        {
            answer.Add("matrix\",\"result\":["u8);
            Samples(question, Seconds(form["time"]), answer);
        }

        answer.End();
    }

    private static void Samples(Question question, double time, FakeAnswer answer)
    {
        var last = (long)Math.Floor(time / ScrapeInterval) * ScrapeInterval;
        var first = ((long)Math.Floor((time - question.Range) / ScrapeInterval) + 1) * ScrapeInterval;
        for (var i = 0; i < question.Series.Length; i++)
        {
            answer.Add(i == 0 ? [] : ","u8);
            answer.Add(question.Series[i].Labels);
            answer.Add(",\"values\":["u8);
            for (var at = first; at <= last; at += ScrapeInterval)
            {
                answer.Add(at == first ? [] : ","u8);
                answer.AddSample(at, at / ScrapeInterval * question.Series[i].PerScrape);
            }

            answer.Add("]}"u8);
        }
    }

    // Whatever is asked of groups is taken for the growth over the first range.
    private static void Groups(Question question, double time, FakeAnswer answer)
    {
        for (var i = 0; i < question.Series.Length; i++)
        {
            answer.Add(i == 0 ? [] : ","u8);
            answer.Add(question.Series[i].Labels);
            answer.Add(",\"value\":"u8);
            answer.AddSample((long)time, (long)(question.Range / ScrapeInterval) * question.Series[i].PerScrape);
            answer.Add("}"u8);
        }
    }

    private static void Range(Question question, double start, double end, double step, FakeAnswer answer)
    {
        for (var i = 0; i < question.Series.Length; i++)
        {
            answer.Add(i == 0 ? [] : ","u8);
            answer.Add(question.Series[i].Labels);
            answer.Add(",\"values\":["u8);
            for (var at = start; at <= end; at += step)
            {
                answer.Add(at == start ? [] : ","u8);
                answer.AddSample((long)at, (long)(question.Range / ScrapeInterval) * question.Series[i].PerScrape);
            }

            answer.Add("]}"u8);
        }
    }

    private static Question Ask(string query)
    {
        var range = RangePattern().Match(query) is { Success: true } r ? Duration(r.Groups[1].Value) : ScrapeInterval;
        var grouping = GroupingPattern().Match(query);
        string[]? by = grouping.Success ? grouping.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : null;

        // Every target has been there for long.
        if (query.Contains("process_start_time_seconds", StringComparison.Ordinal))
            return new Question(range, by is not null, []);
        if (!MetricPattern().IsMatch(query))
            return new Question(range, by is not null, [new Series(Encoding.ASCII.GetBytes("{\"metric\":{\"job\":\"prometheus\"}"), 1)]);

        var matchers = MatcherPattern().Matches(query).Select(Matches).ToArray();
        var all = from m in Enumerable.Range(0, FakePrometheus.Metrics).Select(FakePrometheus.Metric).Where(m => query.Contains(m, StringComparison.Ordinal))
                  from s in Enumerable.Range(0, FakePrometheus.Services)
                  from code in new[] { "200", "500" }
                  let labels = new Dictionary<string, string>
                  {
                      ["__name__"] = m,
                      ["code"] = code,
                      ["instance"] = $"10.0.0.{s}:8080",
                      ["job"] = "shop",
                      ["service"] = Objectives.Service(s),
                  }
                  where matchers.All(matches => matches(labels))
                  select (Labels: labels, PerScrape: code == "500" ? BadPerScrape : GoodPerScrape);
        var grouped = by is null
            ? all.Select(a => (Text: Text(a.Labels), a.PerScrape))
            : all.GroupBy(a => Text(a.Labels.Where(l => by.Contains(l.Key)))).Select(g => (Text: g.Key, PerScrape: g.Sum(a => a.PerScrape)));
        return new Question(range, by is not null, [.. grouped.Select(g => new Series(Encoding.ASCII.GetBytes(g.Text), g.PerScrape))]);
    }

    private static Func<Dictionary<string, string>, bool> Matches(Match matcher)
    {
        var (label, value) = (matcher.Groups[1].Value, matcher.Groups[3].Value.Replace("\\\\", "\\", StringComparison.Ordinal));
        var isNegative = matcher.Groups[2].Value[0] == '!';
        var pattern = matcher.Groups[2].Value[^1] == '~' ? new Regex($"^(?:{value})$") : new Regex($"^{Regex.Escape(value)}$");
        return labels => pattern.IsMatch(labels.GetValueOrDefault(label, "")) != isNegative;
    }

    private static string Text(IEnumerable<KeyValuePair<string, string>> labels) =>
        $"{{\"metric\":{{{string.Join(',', labels.Select(l => $"\"{l.Key}\":\"{l.Value}\""))}}}";

    private static double Duration(string text) => PartPattern().Matches(text).Sum(p => double.Parse(p.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * p.Groups[2].Value switch
    {
        "ms" => 0.001,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        var unit => throw new InvalidOperationException($"unit {unit}"),
    });

    private static double Seconds(string text) => text.EndsWith('s') ? Duration(text) : double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\[([0-9a-z]+)\]")]
    private static partial Regex RangePattern();

    [GeneratedRegex(@"([0-9]+)([a-z]+)")]
    private static partial Regex PartPattern();

    [GeneratedRegex(@"\bby *\(([^)]*)\)")]
    private static partial Regex GroupingPattern();

    [GeneratedRegex(@"\bm[0-9]{3}_requests_total\b")]
    private static partial Regex MetricPattern();

    [GeneratedRegex(@"([a-z_]+) *(=~|!~|!=|=) *[""']((?:[^""'\\]|\\.)*)[""']")]
    private static partial Regex MatcherPattern();

    private sealed record Question(double Range, bool IsGrouped, Series[] Series);

    private sealed record Series(byte[] Labels, long PerScrape);
}
