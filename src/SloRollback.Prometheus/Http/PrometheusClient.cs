using System.Globalization;
using System.Net;
using System.Text.Json;
using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Prometheus.Http;

/// <summary>
/// Asks a Prometheus HTTP API. Whatever goes wrong is a <see cref="QueryAnswer.Failure"/>; only the caller's own cancellation is an
/// exception.
/// </summary>
internal sealed class PrometheusClient(HttpClient http, PrometheusOptions options, TimeProvider time)
{
    /// <summary>The number of points that Prometheus answers at most in one range query.</summary>
    public const int MaximumPoints = 11_000;

    /// <summary>The raw samples of a selector from <paramref name="earliest"/> to <paramref name="latest"/> (milliseconds), ends included.</summary>
    public Task<QueryAnswer> ReadSamplesAsync(string selector, long earliest, long latest, ISeriesSink sink, CancellationToken cancellationToken)
    {
        // Since 3.0 the range's start is excluded: one millisecond more includes it on every version.
        var range = (latest - earliest + 1).ToString(CultureInfo.InvariantCulture);
        return SendAsync("api/v1/query", [new("query", $"{selector}[{range}ms]"), new("time", Seconds(latest))], "matrix", sink, cancellationToken);
    }

    /// <summary>Evaluates an expression that gives a vector or a scalar (a series without labels) at one time (milliseconds).</summary>
    public Task<QueryAnswer> ReadInstantAsync(string expression, long at, ISeriesSink sink, CancellationToken cancellationToken) =>
        SendAsync("api/v1/query", [new("query", expression), new("time", Seconds(at))], "vector", sink, cancellationToken);

    /// <summary>Evaluates an expression at regular times (milliseconds), ends included.</summary>
    public Task<QueryAnswer> ReadRangeAsync(string expression, long start, long end, long step, ISeriesSink sink, CancellationToken cancellationToken) =>
        SendAsync(
            "api/v1/query_range",
            [new("query", expression), new("start", Seconds(start)), new("end", Seconds(end)), new("step", Seconds(step))],
            "matrix",
            sink,
            cancellationToken);

    private static string Seconds(long milliseconds) => (milliseconds / 1000m).ToString("0.000", CultureInfo.InvariantCulture);

    private async Task<QueryAnswer> SendAsync(
        string path,
        KeyValuePair<string, string>[] form,
        string resultType,
        ISeriesSink sink,
        CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var request = Request(path, form);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var answer = await ReadAsync(response, resultType, sink, either.Token).ConfigureAwait(false);
            return answer with { ClockOffset = ClockOffset(response) };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return QueryAnswer.Failed(UnmeasuredReason.Timeout, $"no answer within {options.Timeout:c}", transient: true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return QueryAnswer.Failed(UnmeasuredReason.Unreachable, Excerpt.Of(Innermost(e).Message), transient: true);
        }
#pragma warning disable CA1031 // The host's own handlers (resilience, tokens) may throw anything; none of it may end the caller's loop.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // Its message is not ours to judge and may hold a secret.
            return QueryAnswer.Failed(UnmeasuredReason.Unreachable, $"the request failed with {e.GetType().Name}", transient: true);
        }
    }

    private HttpRequestMessage Request(string path, KeyValuePair<string, string>[] form)
    {
        var timeout = options.Timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s";

        // partial_response is Thanos's: half of the counters would look like a loss of traffic. Others ignore it.
        var request = new HttpRequestMessage(HttpMethod.Post, Address(path))
        {
            Content = new FormUrlEncodedContent([.. form, new("timeout", timeout), new("partial_response", "false")]),
        };
        request.Headers.Accept.ParseAdd("application/json");
        foreach (var (name, value) in options.Headers)
            request.Headers.TryAddWithoutValidation(name, value);

        return request;
    }

    private Uri Address(string path)
    {
        var prefix = options.BaseAddress!.GetLeftPart(UriPartial.Path);
        return new Uri(prefix.EndsWith('/') ? prefix + path : $"{prefix}/{path}");
    }

    private Duration? ClockOffset(HttpResponseMessage response) =>
        response.Headers.Date is { } date ? Duration.FromTimeSpan(date - time.GetUtcNow()) : null;

    private async Task<QueryAnswer> ReadAsync(HttpResponseMessage response, string resultType, ISeriesSink sink, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            var detail = $"HTTP {(int)response.StatusCode}: the server refuses our credentials";
            return QueryAnswer.Failed(UnmeasuredReason.Unauthorized, detail, transient: false);
        }

        using var body = await BoundedBody.ReadAsync(response.Content, options.MaximumAnswerBytes, cancellationToken).ConfigureAwait(false);
        if (!body.IsComplete)
        {
            var detail = $"the answer is larger than {nameof(PrometheusOptions.MaximumAnswerBytes)} ({options.MaximumAnswerBytes} bytes)";
            return Invalid(detail, transient: false) with { IsTooLarge = true, Bytes = body.Bytes.Length };
        }

        return Read(response, body.Bytes, resultType, sink) with { Bytes = body.Bytes.Length };
    }

    private static QueryAnswer Read(HttpResponseMessage response, ReadOnlySpan<byte> body, string resultType, ISeriesSink sink)
    {
        var status = (int)response.StatusCode;
        PrometheusAnswer answer;
        try
        {
            answer = PrometheusAnswerParser.Parse(body, sink);
        }
        catch (Exception e) when (e is JsonException or AnswerShapeException)
        {
            var type = response.Content.Headers.ContentType?.MediaType ?? "without content type";
            if (!response.IsSuccessStatusCode)
                return FailedWithoutJson(status, type, body);
            if (body.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..])
                return Invalid($"not JSON but {type}: {Excerpt.OfBody(body)}");

            return Invalid(e is JsonException json
                ? $"broken JSON in line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}, of {body.Length} bytes"
                : $"unexpected JSON: {e.Message}");
        }

        if (answer.Status is not "success" || !response.IsSuccessStatusCode)
            return FailedByServer(status, answer);
        if (!string.Equals(answer.ResultType, resultType, StringComparison.Ordinal) && (resultType, answer.ResultType) is not ("vector", "scalar"))
            return Rejected($"the answer is a {Excerpt.Of(answer.ResultType)}, not a {resultType}");

        return new QueryAnswer
        {
            Warnings = [.. answer.Warnings.Select(Excerpt.Of)],
            SeriesCount = answer.SeriesCount,
            HasHistograms = answer.HasHistograms,
        };
    }

    private static QueryAnswer FailedByServer(int status, PrometheusAnswer answer)
    {
        var detail = Excerpt.Of($"{answer.ErrorType}: {answer.Error}");
        return answer.ErrorType switch
        {
            "timeout" or "canceled" => QueryAnswer.Failed(UnmeasuredReason.Timeout, detail, transient: true),
            "bad_data" or "execution" => Rejected(detail),
            _ when status is 400 or 422 => Rejected(detail),
            _ => QueryAnswer.Failed(UnmeasuredReason.SourceError, $"HTTP {status}, {detail}", IsTransient(status)),
        };
    }

    private static QueryAnswer FailedWithoutJson(int status, string contentType, ReadOnlySpan<byte> body) =>
        QueryAnswer.Failed(UnmeasuredReason.SourceError, $"HTTP {status} ({contentType}): {Excerpt.OfBody(body)}", IsTransient(status));

    private static bool IsTransient(int status) => status is < 400 or >= 500 or 408 or 429;

    private static QueryAnswer Rejected(string detail) => QueryAnswer.Failed(UnmeasuredReason.QueryRejected, detail, transient: false);

    private static QueryAnswer Invalid(string detail, bool transient = true) => QueryAnswer.Failed(UnmeasuredReason.InvalidAnswer, detail, transient);

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
            e = inner;

        return e;
    }
}
