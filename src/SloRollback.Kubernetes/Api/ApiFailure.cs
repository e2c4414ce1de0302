using System.Net;
using System.Text.Json;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Api;

/// <summary>
/// Why the API server did not do what it was asked. Bodies hold the objects of requests, values of environment variables included:
/// only what is known to hold none is kept of them.
/// </summary>
/// <param name="Code">The HTTP status; 0 when there was no answer.</param>
/// <param name="Reason">The server's word for it, such as <c>Conflict</c>; may be empty.</param>
/// <param name="Detail">For people.</param>
internal sealed record ApiFailure(int Code, string Reason, string Detail)
{
    /// <summary>Would a retry possibly work? An admission webhook that is down answers 500.</summary>
    public bool IsTransient => Code is 0 or 408 or 409 or 429 or >= 500;

    public bool IsConflict => Code == (int)HttpStatusCode.Conflict && Reason is "Conflict" or "";

    public bool IsExisting => Reason == "AlreadyExists";

    public bool IsNotFound => Code == (int)HttpStatusCode.NotFound;

    public bool IsForbidden => Code == (int)HttpStatusCode.Forbidden;

    /// <summary>Is it a ResourceQuota that forbids? Such an answer says so in its text only.</summary>
    public bool IsQuota { get; init; }

    public static ApiFailure NoAnswer(string detail) => new(0, "", detail);

    /// <summary>Reads an answer.</summary>
    /// <param name="code">The HTTP status.</param>
    /// <param name="body">The body: a Status object; plain text for a group of the API that the server does not have.</param>
    public static ApiFailure Of(int code, string? body)
    {
        if (Parse(body) is not { } status)
            return new ApiFailure(code, "", $"the API server answered {code}");

        var reason = status.Text("reason") ?? "";
        var message = status.Text("message") ?? "";
        var isQuota = code == 403 && message.Contains("exceeded quota", StringComparison.Ordinal);
        var fields = status.Items("details", "causes").Select(c => c.Text("field")).OfType<string>().Where(f => f.Length > 0).Distinct().ToList();
        var detail = isQuota || IsAboutRights(code, message) ? $": {message}" : fields.Count > 0 ? $": {string.Join(", ", fields)}" : "";
        return new ApiFailure(code, reason, $"the API server answered {code}{(reason.Length > 0 ? $" {reason}" : "")}{detail}") { IsQuota = isQuota };
    }

    private static bool IsAboutRights(int code, string message) => code == 403 && message.Contains("\" cannot ", StringComparison.Ordinal);

    private static JsonElement? Parse(string? body)
    {
        try
        {
            return body is { Length: > 0 } && JsonSerializer.Deserialize<JsonElement>(body) is { ValueKind: JsonValueKind.Object } status ? status : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
