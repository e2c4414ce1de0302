namespace SloRollback.Prometheus.Tests.RealServer;

/// <summary>What a <see cref="PrometheusServer"/> is started with.</summary>
public sealed record PrometheusServerSettings
{
    /// <summary>The executable; the first of <see cref="PrometheusServer.Executables"/> if not given.</summary>
    public string? Executable { get; init; }

    /// <summary>What to scrape, as <c>host:port</c>: their <c>/metrics</c>, as the job <c>test</c>.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>The time between scrapes.</summary>
    public TimeSpan ScrapeInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Rule files to evaluate.</summary>
    public IReadOnlyList<string> RuleFiles { get; init; } = [];

    /// <summary>The time between evaluations of rules.</summary>
    public TimeSpan EvaluationInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A directory with blocks to serve, which is left alone at the end; an empty one of the server's own if not given.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>What it logs, which is shown when it does not become ready.</summary>
    public string LogLevel { get; init; } = "warn";

    /// <summary>More command line arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
