using SloRollback.Sample.CommandLine;

namespace SloRollback.Sample.Scenarios;

/// <summary>The endings that no scenario is after.</summary>
internal static class Outcomes
{
    public static Outcome TooLate(TimeSpan limit, EngineStatus status)
    {
        var rollbacks = status.Guards.Rollbacks.Select(r => $"rollback {r.From} → {r.To} is {r.State}: {r.Detail}");
        var rules = status.Objectives.SelectMany(o => o.Rules).Select(r => r.Decision?.Text ?? $"{r.Key}: {r.Verdict} {r.Reason}, no decision");
        var states = status.Objectives.Select(o => $"{o.Key}: {o.NewestStep} {o.Detail}");
        return new Outcome(1, $"Not decided within {limit.TotalSeconds:0} s.")
        {
            Advice = $"What was seen last:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", rollbacks.Concat(rules).Concat(states))}",
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
}
