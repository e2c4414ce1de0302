using SloRollback.Indicators;

namespace SloRollback.Prometheus.Http;

/// <summary>Makes outcomes of errors that a server, or something before it, reports.</summary>
internal static class ServerErrors
{
    /// <summary>An error in the form of the API.</summary>
    public static QueryAnswer Of(int status, string errorType, string error)
    {
        var detail = Excerpt.Of($"{errorType}: {error}");
        var answer = errorType switch
        {
            // A cancelled query has the status 503 on 2.42 and 499 later.
            "timeout" or "canceled" => QueryAnswer.Failed(UnmeasuredReason.Timeout, detail, transient: true),
            "bad_data" or "execution" when !IsTransient(status) || status < 400 => Rejected(detail),
            _ when status is 400 or 422 => Rejected(detail),
            _ => QueryAnswer.Failed(UnmeasuredReason.SourceError, $"HTTP {status}, {detail}", IsTransient(status)),
        };

        // A server that is busy, or told us to ask less, is not helped by more questions.
        return answer with { IsTooLarge = status is < 500 and not 408 and not 429 && IsAboutSize(error) };
    }

    /// <summary>An error in any other form.</summary>
    public static QueryAnswer WithoutJson(int status, string contentType, ReadOnlySpan<byte> body) =>
        QueryAnswer.Failed(UnmeasuredReason.SourceError, $"HTTP {status} ({contentType}): {Excerpt.OfBody(body)}", IsTransient(status));

    public static QueryAnswer Rejected(string detail) => QueryAnswer.Failed(UnmeasuredReason.QueryRejected, detail, transient: false);

    private static bool IsTransient(int status) => status is < 400 or >= 500 or 408 or 429;

    // "query processing would load too many samples into memory" (Prometheus), "exceeded series limit" (Thanos), "the query exceeded
    // the maximum number of chunks (limit: …) (err-mimir-max-chunks-per-query)" (Mimir), "the query hit the max number of series limit" (Cortex).
    private static bool IsAboutSize(string error)
    {
        bool Has(string words) => error.Contains(words, StringComparison.OrdinalIgnoreCase);
        return Has("too many samples") || Has("err-mimir-max-") || (Has("limit") && (Has("exceed") || Has("violated") || Has("hit the max")));
    }
}
