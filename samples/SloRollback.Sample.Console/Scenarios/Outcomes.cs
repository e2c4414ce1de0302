using SloRollback.Policies;
using SloRollback.Sample.CommandLine;

namespace SloRollback.Sample.Scenarios;

/// <summary>The endings that no scenario is after.</summary>
internal static class Outcomes
{
    public static Outcome TooLate(TimeSpan limit, EngineStatus status)
    {
        var seen = status.Guards.Rollbacks.Select(r => $"rollback {r.From} → {r.To} is {r.State}: {r.Detail}")
            .Concat(status.Objectives.SelectMany(o => o.Rules).Select(Describe))
            .Concat(status.Objectives.Select(o => $"{o.Key}: {o.NewestStep} {o.Detail}"));
        return new Outcome(1, $"Not decided within {limit.TotalSeconds:0} s.")
        {
            Advice = string.Join($"{Environment.NewLine}  ", seen.Prepend("What was seen last:")),
        };
    }

    public static Outcome NothingMeasured(SampleOptions options, string detail) => new(1, "Nothing was measured.")
    {
        Advice = options.Prometheus is null ? detail : $"""
            {options.Prometheus} has no series http_requests_total with job="checkout". {detail}
            Let it scrape the replicas, with this in its prometheus.yml:

              scrape_configs:
                - job_name: checkout
                  scrape_interval: 1s
                  static_configs:
                    - targets: [{string.Join(", ", options.Ports.Select(port => $"'127.0.0.1:{port}'"))}]

            """,
    };

    private static string Describe(RuleStatus rule) => rule.Decision?.Text ?? $"{rule.Key}: no decision, {rule.Verdict} {rule.Reason}";
}
