using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Prometheus.Http;

/// <summary>
/// Asks a Prometheus HTTP API. Whatever goes wrong is a <see cref="QueryAnswer.Failure"/>; only the caller's own cancellation is an
/// exception.
/// </summary>
internal sealed class PrometheusClient(HttpClient http, PrometheusOptions options, TimeProvider time)
{
    /// <summary>
    /// The number of points asked for in one range query. Prometheus refuses more than 11,000 steps between the ends, which are
    /// 11,001 points.
    /// </summary>
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

    /// <summary>
    /// Evaluates an expression at regular times (milliseconds), ends included. It is asked for in parts of <see cref="MaximumPoints"/>;
    /// the sink is given a series once for each part, in order of time.
    /// </summary>
    public async Task<QueryAnswer> ReadRangeAsync(string expression, long start, long end, long step, ISeriesSink sink, CancellationToken cancellationToken)
    {
        QueryAnswer? answer = null;
        for (var from = start; from <= end; from += MaximumPoints * step)
        {
            var to = Math.Min(end, from + ((MaximumPoints - 1) * step));
            KeyValuePair<string, string>[] form = [new("query", expression), new("start", Seconds(from)), new("end", Seconds(to)), new("step", Seconds(step))];
            var part = await SendAsync("api/v1/query_range", form, "matrix", sink, cancellationToken).ConfigureAwait(false);
            answer = answer is null ? part : answer.Then(part);
            if (answer.Failure is not null)
                break;
        }

        return answer ?? new QueryAnswer();
    }

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
            var sent = time.GetUtcNow();
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var clockOffset = ClockOffset(response, sent);
            var answer = await ReadAsync(response, resultType, sink, either.Token).ConfigureAwait(false);
            return answer with { ClockOffset = clockOffset };
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
            return QueryAnswer.Failed(UnmeasuredReason.Unreachable, Excerpt.Of(e.GetBaseException().Message), transient: true);
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

        // Half of the counters would look like a loss of traffic. The first is Thanos's, the second VictoriaMetrics's; others ignore them.
        KeyValuePair<string, string>[] partial = options.AllowPartialResponse
            ? [new("partial_response", "true")]
            : [new("partial_response", "false"), new("deny_partial_response", "1")];
        var request = new HttpRequestMessage(HttpMethod.Post, Address(path))
        {
            Content = new FormUrlEncodedContent([.. form, new("timeout", timeout), .. partial]),
        };
        request.Headers.Accept.ParseAdd("application/json");
        if (options.AcceptGzip)
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));

        // A header that comes twice, such as X-Scope-OrgID, is refused by some; HttpClient adds its own only where there is none.
        foreach (var (name, value) in options.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private Uri Address(string path)
    {
        var prefix = options.BaseAddress!.GetLeftPart(UriPartial.Path);
        return new Uri(prefix.EndsWith('/') ? prefix + path : $"{prefix}/{path}");
    }

    /// <summary>Against the middle of the request: a slow answer is no skew.</summary>
    private Duration? ClockOffset(HttpResponseMessage response, DateTimeOffset sent) =>
        response.Headers.Date is { } date ? Duration.FromTimeSpan(date - sent - ((time.GetUtcNow() - sent) / 2)) : null;

    private async Task<QueryAnswer> ReadAsync(HttpResponseMessage response, string resultType, ISeriesSink sink, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            return QueryAnswer.Failed(UnmeasuredReason.Unauthorized, $"HTTP {status}: the server refuses our credentials", transient: false);

        using var decoder = new AnswerDecoder(sink);
        var body = new AnswerBody();
        QueryAnswer answer;
        try
        {
            var isComplete = await body.ReadAsync(response.Content, decoder, options.MaximumAnswerBytes, cancellationToken).ConfigureAwait(false);
            answer = isComplete ? Outcome(status, decoder.Answer, resultType) : TooLarge();
        }
        catch (AnswerShapeException e)
        {
            answer = NoAnswer(status, response.Content.Headers.ContentType?.MediaType ?? "without content type", body.Head, e.Message);
        }

        return answer with { Bytes = body.Bytes };
    }

    private QueryAnswer Outcome(int status, PrometheusAnswer answer, string resultType)
    {
        if (answer.Status is not "success" || status is < 200 or > 299)
            return ServerErrors.Of(status, answer.ErrorType, answer.Error);
        if (!string.Equals(answer.ResultType, resultType, StringComparison.Ordinal) && (resultType, answer.ResultType) is not ("vector", "scalar"))
            return ServerErrors.Rejected($"the answer is a {answer.ResultType}, not a {resultType}");

        var partial = options.AllowPartialResponse ? null : PartialResponse.Find(answer);
        return new QueryAnswer
        {
            Failure = partial is null ? null : SliOutcome.Failed(UnmeasuredReason.SourceError, $"the answer lacks data: {partial}", transient: true),
            Warnings = [.. answer.Warnings, .. answer.Infos],
            SeriesCount = answer.SeriesCount,
            HasHistograms = answer.HasHistograms,
        };
    }

    private QueryAnswer TooLarge() =>
        Invalid($"the answer is larger than {nameof(PrometheusOptions.MaximumAnswerBytes)} ({options.MaximumAnswerBytes} bytes)", transient: false)
            with
        { IsTooLarge = true };

    private static QueryAnswer NoAnswer(int status, string contentType, ReadOnlySpan<byte> head, string problem)
    {
        if (status is < 200 or > 299)
            return ServerErrors.WithoutJson(status, contentType, head);

        return head.TrimStart(" \t\r\n"u8) is [not (byte)'{', ..]
            ? Invalid($"not JSON but {contentType}: {Excerpt.OfBody(head)}")
            : Invalid(problem);
    }

    private static QueryAnswer Invalid(string detail, bool transient = true) => QueryAnswer.Failed(UnmeasuredReason.InvalidAnswer, detail, transient);
}
