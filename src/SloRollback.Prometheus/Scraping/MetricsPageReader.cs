using System.Text;
using SloRollback.Prometheus.Http;

namespace SloRollback.Prometheus.Scraping;

/// <summary>
/// Fetches a page of metrics. Whatever goes wrong is a <see cref="MetricsPage.Problem"/>; only the caller's own cancellation is an
/// exception.
/// </summary>
internal sealed class MetricsPageReader(HttpClient http, ScraperOptions options, TimeProvider time)
{
    // The plain format first: in OpenMetrics some clients rename their counters.
    private const string Accept = "text/plain;version=0.0.4, application/openmetrics-text;version=1.0.0;q=0.5, */*;q=0.1";

    public async Task<MetricsPage> ReadAsync(Uri address, CancellationToken cancellationToken)
    {
        // A target that hangs must not make the others miss the next round.
        var round = options.ScrapeInterval * 0.9;
        var limit = options.Timeout < round ? options.Timeout : round;
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("Accept", Accept);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                return Failed($"HTTP {(int)response.StatusCode}");

            using var body = await BoundedBody.ReadAsync(response.Content, options.MaximumAnswerBytes, either.Token).ConfigureAwait(false);
            if (!body.IsComplete)
                return Failed($"the page is larger than {nameof(ScraperOptions.MaximumAnswerBytes)} ({options.MaximumAnswerBytes} bytes)");

            return ExpositionParser.TryParse(Encoding.UTF8.GetString(body.Bytes), out var samples, out var problem)
                ? new MetricsPage(samples, "")
                : Failed($"no page of metrics ({response.Content.Headers.ContentType?.MediaType ?? "without content type"}): {problem}");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return Failed($"no answer within {limit:c}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Failed(Excerpt.Of(e.GetBaseException().Message));
        }
#pragma warning disable CA1031 // The host's own handlers may throw anything; a failed scrape is a fact, not an exception.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Failed($"the request failed with {e.GetType().Name}");
        }
    }

    private static MetricsPage Failed(string problem) => new(null, problem);
}
