using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using NodaTime;
using SloRollback.Kubernetes.Api;
using SloRollback.Kubernetes.Clusters;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Watching;

/// <summary>
/// Lists and watches objects as raw JSON, one page or line in memory at a time. The client's own watch drops events that it cannot read,
/// ends without a word when its version has expired, and hides the server's clock.
/// </summary>
internal sealed class ResourceReader(Cluster cluster, TimeSpan timeout, TimeProvider time)
{
    private const int PageSize = 100;

    // A quiet server says nothing, and old ones send no bookmark before something happened: a watch that ended in order is as good.
    private const int WatchSeconds = 20;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private volatile StrongBox<Duration>? clockOffset;

    /// <summary>How far the server's clock was ahead of ours when it answered last.</summary>
    public Duration? ClockOffset => clockOffset?.Value;

    /// <summary>Reads all objects, page by page. An element lives until the next page is asked for.</summary>
    /// <param name="address">The resource.</param>
    /// <param name="read">Takes a page's items.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The version of the whole, from which a watch goes on.</returns>
    /// <exception cref="ReadFailedException">The server refused.</exception>
    public async Task<string> ListAsync(ResourceAddress address, Action<JsonElement> read, CancellationToken cancellationToken)
    {
        string? next = null;
        string version;
        do
        {
            using var deadline = new CancellationTokenSource(timeout, time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            using var response = await SendAsync(address.List(PageSize, next), limit.Token).ConfigureAwait(false);
            using var stream = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            using var page = await JsonDocument.ParseAsync(stream, cancellationToken: limit.Token).ConfigureAwait(false);
            foreach (var item in page.RootElement.Items("items"))
                read(item);
            version = page.RootElement.Text("metadata", "resourceVersion")
                ?? throw new ReadFailedException(ApiFailure.NoAnswer("the API server sent a list without a version"), mustListAgain: true);
            next = page.RootElement.Text("metadata", "continue") is { Length: > 0 } more ? more : null;
        }
        while (next is not null);

        return version;
    }

    /// <summary>Reads changes until the server ends the watch in order. An event lives until the next one is asked for.</summary>
    /// <param name="address">The resource.</param>
    /// <param name="version">What is known already.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ReadFailedException">The version has expired, or an event cannot be read.</exception>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        ResourceAddress address, string version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(WatchSeconds) + Grace, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var response = await SendAsync(address.Watch(version, WatchSeconds), limit.Token).ConfigureAwait(false);
        using var stream = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
        await foreach (var line in JsonLines.ReadAsync(stream, limit.Token).ConfigureAwait(false))
        {
            using (line)
                yield return WatchEvent.Of(line.RootElement);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string path, CancellationToken cancellationToken)
    {
        var client = (k8s.Kubernetes)cluster.Client;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(client.BaseUri, path)) { Version = HttpVersion.Version20 };
        request.Headers.Accept.ParseAdd("application/json");
        if (client.Credentials is { } credentials)
            await credentials.ProcessHttpRequestAsync(request, cancellationToken).ConfigureAwait(false);

        var sent = time.GetUtcNow();
        var response = await client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.Headers.Date is { } date)
            clockOffset = new(Duration.FromTimeSpan(date - sent - ((time.GetUtcNow() - sent) / 2)));
        if (response.IsSuccessStatusCode)
            return response;

        using (response)
        {
            var failure = ApiFailure.Of((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
            throw new ReadFailedException(failure, mustListAgain: !failure.IsTransient);
        }
    }
}
