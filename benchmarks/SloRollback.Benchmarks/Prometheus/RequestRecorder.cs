using System.Collections.Concurrent;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>Keeps the requests that our source sends, to send the same without it.</summary>
internal sealed class RequestRecorder
{
    public ConcurrentQueue<Recorded> Requests { get; } = new();

    public DelegatingHandler Handler() => new Recording(this);

    /// <summary>Sends what was recorded with a bare client, and reads the answers to their ends.</summary>
    public async Task ReplayAsync(HttpClient client, int atATime)
    {
        await Parallel.ForEachAsync(Requests, new ParallelOptions { MaxDegreeOfParallelism = atATime }, async (recorded, cancellationToken) =>
        {
            using var request = new HttpRequestMessage(recorded.Method, recorded.Address);
            if (recorded.Body is { } body)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.TryAddWithoutValidation("Content-Type", recorded.ContentType);
            }

            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            await response.Content.CopyToAsync(Stream.Null, cancellationToken);
        });
    }

    private sealed class Recording(RequestRecorder recorder) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : null;
            recorder.Requests.Enqueue(new Recorded(request.Method, request.RequestUri!, body, request.Content?.Headers.ContentType?.ToString()));
            return await base.SendAsync(request, cancellationToken);
        }
    }

    internal sealed record Recorded(HttpMethod Method, Uri Address, byte[]? Body, string? ContentType);
}
