using System.Text;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>
/// The recording rules of the error ratio that Sloth installs for an objective, as in its published examples: seven windows of
/// <c>sum(rate(errors)) / sum(rate(total))</c>, and 30 days as the mean of the recorded 5-minute ratios. Its seven rules for metadata
/// and two alerts are left out, which is in the rules' favour.
/// </summary>
internal static class GeneratedRules
{
    public const int PerObjective = 8;
    public const string Recorded5m = "slo:sli_error:ratio_rate5m";

    /// <summary>So many different 30 days of 5-minute ratios lie in the blocks; further objectives read the same ones again.</summary>
    public const int Recorded = 100;

    private static readonly string[] Windows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];

    public static void Write(string path, IEnumerable<(string Bad, string Valid)> objectives)
    {
        var text = new StringBuilder("groups:\n");
        var number = 0;
        foreach (var (bad, valid) in objectives)
        {
            var id = Objectives.Service(number);
            text.Append($"- name: sloth-slo-sli-recordings-{id}\n  rules:\n");
            foreach (var (window, expression) in Expressions(number, bad, valid))
            {
                text.Append($"  - record: slo:sli_error:ratio_rate{window}\n    expr: |\n      {expression}\n    labels:\n")
                    .Append($"      sloth_id: {id}\n      sloth_service: {id}\n      sloth_slo: availability\n      sloth_window: {window}\n");
            }

            number++;
        }

        File.WriteAllText(path, text.ToString());
    }

    /// <summary>The expression of each window, for an objective.</summary>
    public static IEnumerable<(string Window, string Expression)> Expressions(int number, string bad, string valid)
    {
        foreach (var window in Windows)
            yield return (window, $"(sum(rate({bad}[{window}])))\n      /\n      (sum(rate({valid}[{window}])))");

        var recorded = $"{Recorded5m}{{{Labels(number % Recorded)}}}[30d]";
        yield return ("30d", $"sum_over_time({recorded})\n      / ignoring (sloth_window)\n      count_over_time({recorded})");
    }

    /// <summary>The labels of an objective's recorded series, as it stands in the blocks.</summary>
    public static (string Name, string Value)[] SeriesLabels(int number) =>
    [
        ("sloth_id", Objectives.Service(number)),
        ("sloth_service", Objectives.Service(number)),
        ("sloth_slo", "availability"),
        ("sloth_window", "5m"),
    ];

    private static string Labels(int number) => string.Join(", ", SeriesLabels(number).SkipLast(1).Select(l => $"{l.Name}=\"{l.Value}\""));
}
