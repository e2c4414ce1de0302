namespace SloRollback.Prometheus.Http;

/// <summary>An answer of Prometheus's query API, as far as it concerns us, without its series.</summary>
internal sealed class PrometheusAnswer
{
    // What a broken server repeats for ever must not fill our memory.
    private const int MaximumWarnings = 100;

    private readonly List<string> warnings = [];
    private readonly List<string> infos = [];

    public string Status { get; set; } = "";

    public string ErrorType { get; set; } = "";

    public string Error { get; set; } = "";

    public string ResultType { get; set; } = "";

    public int SeriesCount { get; set; }

    /// <summary>What may concern the data themselves.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>What concerns the expression only; since Prometheus 3.0.</summary>
    public IReadOnlyList<string> Infos => infos;

    /// <summary>Does the answer call itself partial, as VictoriaMetrics does?</summary>
    public bool IsPartial { get; set; }

    /// <summary>Has the result native histograms?</summary>
    public bool HasHistograms { get; set; }

    public void AddWarning(string text) => Add(warnings, text);

    public void AddInfo(string text) => Add(infos, text);

    private static void Add(List<string> list, string text)
    {
        if (list.Count < MaximumWarnings)
            list.Add(Excerpt.Of(text));
    }
}

/// <summary>The answer is not JSON, or not of the shape that the API promises.</summary>
internal sealed class AnswerShapeException(string message) : Exception(message);
