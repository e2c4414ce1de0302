using System.Net;
using System.Security.Authentication;
using System.Text.Json;
using k8s.Autorest;
using k8s.Exceptions;

namespace SloRollback.Kubernetes.Clusters;

/// <summary>
/// What a call to an API server failed with, as far as it may be told: code, reason and fields, never the body of an answer, which may
/// hold the values of environment variables.
/// </summary>
/// <param name="Code">The status of the answer; <see langword="null"/> when there was none.</param>
/// <param name="Text">What to tell.</param>
/// <param name="IsTransient">Would a retry possibly work?</param>
internal sealed record ApiFailure(HttpStatusCode? Code, string Text, bool IsTransient)
{
    /// <summary>Is it what a call fails with, and not a bug or the end of the caller's patience?</summary>
    public static bool Is(Exception e, CancellationToken cancellationToken) => e switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        HttpOperationException or HttpRequestException or IOException or JsonException or AuthenticationException or UnauthorizedAccessException => true,
        KubeConfigException or KubernetesClientException => true,
        _ => false,
    };

    public static ApiFailure Of(Exception e) => e switch
    {
        HttpOperationException { Response: { } response } => OfAnswer(response),
        OperationCanceledException => new ApiFailure(null, "no answer in time", IsTransient: true),
        JsonException => new ApiFailure(null, "the answer cannot be read", IsTransient: true),
        _ => new ApiFailure(null, e.Message, IsTransient: true),
    };

    private static ApiFailure OfAnswer(HttpResponseMessageWrapper response)
    {
        var code = response.StatusCode;
        var isTransient = code is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict || (int)code >= 500;
        return new ApiFailure(code, $"{(int)code} {StatusReason.Read(response.Content) ?? code.ToString()}", isTransient);
    }
}
