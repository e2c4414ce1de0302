using System.Net;
using System.Text;
using System.Text.Json;
using k8s.Autorest;
using SloRollback.Kubernetes.Clusters;

namespace SloRollback.Kubernetes.Api;

/// <summary>Creates pods from raw JSON: the client's model drops fields of newer servers, and its calls for raw objects do not know the core group.</summary>
internal static class PodCreation
{
    /// <exception cref="HttpOperationException">The server refused.</exception>
    public static async Task<JsonElement> SendAsync(Cluster cluster, string space, string pod, string fieldManager, bool isDryRun, CancellationToken cancellationToken)
    {
        var client = (k8s.Kubernetes)cluster.Client;
        var path = $"api/v1/namespaces/{space}/pods?fieldManager={Uri.EscapeDataString(fieldManager)}{(isDryRun ? "&dryRun=All" : "")}";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(client.BaseUri, path))
        {
            Version = HttpVersion.Version20,
            Content = new StringContent(pod, Encoding.UTF8, "application/json"),
        };
        if (client.Credentials is { } credentials)
            await credentials.ProcessHttpRequestAsync(request, cancellationToken).ConfigureAwait(false);

        using var response = await client.HttpClient.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(body)
            : throw new HttpOperationException { Response = new HttpResponseMessageWrapper(response, body) };
    }
}
