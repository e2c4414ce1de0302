using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Tests.Support;

/// <summary>Speaks to the API server as no client would: with requests that are wrong on purpose, and answers as they came.</summary>
internal static class RawApi
{
    public const string Merge = "application/merge-patch+json";
    public const string Strategic = "application/strategic-merge-patch+json";
    public const string JsonPatch = "application/json-patch+json";
    public const string Apply = "application/apply-patch+yaml";

    /// <summary>Sends a request about the Deployment of a test.</summary>
    public static Task<RawAnswer> SendAsync(TestNamespace space, string method, string body, string type = "application/json") =>
        SendToAsync(space, method, $"apis/apps/v1/namespaces/{space.Name}/deployments/{Stage.Name}", body, type);

    /// <summary>Sends a request as the user who may do everything, or with another token; an empty one for none at all.</summary>
    public static async Task<RawAnswer> SendToAsync(TestNamespace space, string method, string path, string? body, string type = "application/json", string? token = null)
    {
        var client = (k8s.Kubernetes)space.Kube;
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(client.BaseUri, path)) { Version = new Version(2, 0) };
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
        if (token is null)
            await client.Credentials.ProcessHttpRequestAsync(request, TestContext.Current.CancellationToken);
        else if (token.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.HttpClient.SendAsync(request, TestContext.Current.CancellationToken);
        return new RawAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}

/// <summary>What the API server answered.</summary>
internal sealed record RawAnswer(int Code, string? MediaType, string Text)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);

    public string? Reason => Json.Text("reason");

    public string Message => Json.Text("message") ?? "";

    /// <summary>What the details blame, as <c>reason field</c>.</summary>
    public IEnumerable<string> Causes => Json.Items("details", "causes").Select(c => $"{c.Text("reason")} {c.Text("field")}");

    /// <summary>What this package makes of it.</summary>
    public Api.ApiFailure Read => Api.ApiFailure.Of(Code, Text);
}
