namespace SloRollback.Prometheus.Http;

/// <summary>An answer of Prometheus's query API, as far as it concerns us.</summary>
internal sealed class PrometheusAnswer
{
    public string Status { get; set; } = "";

    public string ErrorType { get; set; } = "";

    public string Error { get; set; } = "";

    public string ResultType { get; set; } = "";

    public int SeriesCount { get; set; }

    public List<string> Warnings { get; } = [];

    /// <summary>Has the result native histograms?</summary>
    public bool HasHistograms { get; set; }
}

/// <summary>The answer is JSON, but not of the shape that the API promises.</summary>
internal sealed class AnswerShapeException(string message) : Exception(message);
