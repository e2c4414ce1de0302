using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace SloRollback.Kubernetes.Tests.Support;

/// <summary>Sees every request of a provider before it is sent, and may do something first or answer in the server's place.</summary>
internal sealed class Interceptor
{
    private int conflicts;

    /// <summary>How many requests were answered with 409.</summary>
    public int Conflicts => conflicts;

    /// <summary>What to do before a request is sent; an answer keeps it from being sent.</summary>
    public Func<SeenRequest, Task<HttpResponseMessage?>> Before { get; set; } = _ => Task.FromResult<HttpResponseMessage?>(null);

    /// <summary>What to make of a request before it is sent.</summary>
    public Action<SeenRequest, HttpRequestMessage> Change { get; set; } = (_, _) => { };

    /// <summary>What to make of the server's answer.</summary>
    public Func<SeenRequest, HttpResponseMessage, HttpResponseMessage> After { get; set; } = (_, answer) => answer;

    public ConcurrentQueue<SeenRequest> Requests { get; } = new();

    public DelegatingHandler CreateHandler() => new Handler(this);

    /// <summary>A failure as the API server tells it.</summary>
    public static HttpResponseMessage Status(int code, string reason, string message = "", string causes = "") =>
        Answer(code, $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"{{reason}}","message":"{{message}}","details":{"causes":[{{causes}}]},"code":{{code}}}""");

    public static HttpResponseMessage Answer(int code, string body, string type = "application/json") =>
        new((HttpStatusCode)code) { Content = new StringContent(body, Encoding.UTF8, type) };

    private sealed class Handler(Interceptor owner) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            var seen = new SeenRequest(request.Method.Method, request.RequestUri!.PathAndQuery, body);
            owner.Requests.Enqueue(seen);
            owner.Change(seen, request);
            var answer = await owner.Before(seen) ?? owner.After(seen, await base.SendAsync(request, cancellationToken));
            answer.RequestMessage ??= request;
            if (answer.StatusCode == HttpStatusCode.Conflict)
                Interlocked.Increment(ref owner.conflicts);
            return answer;
        }
    }
}

/// <summary>A request as it was about to be sent.</summary>
internal sealed record SeenRequest(string Method, string Path, string Body)
{
    /// <summary>Is it the patch that rolls back, not a dry run of it?</summary>
    public bool IsRollback => Method == "PATCH" && !Path.Contains("dryRun", StringComparison.Ordinal);
}
