namespace SloRollback.Kubernetes.Tests.Support;

/// <summary>Between a client and its API server: counts what is asked, and loses requests or answers as a test says.</summary>
internal sealed class UnreliableWire
{
    /// <summary>What becomes of a request.</summary>
    public enum Fate
    {
        Delivered,

        /// <summary>It never arrives.</summary>
        RequestLost,

        /// <summary>The server does it, and nobody learns of it.</summary>
        AnswerLost,
    }

    private readonly List<string> asked = [];

    /// <summary>What becomes of each request.</summary>
    public Func<HttpRequestMessage, Fate> Decide { get; set; } = _ => Fate.Delivered;

    /// <summary>Runs before each request is sent.</summary>
    public Func<HttpRequestMessage, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>The requests so far, as <c>GET /apis/…</c>.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (asked)
                return [.. asked];
        }
    }

    /// <summary>For the services of a provider.</summary>
    public DelegatingHandler Handler() => new Wire(this);

    private sealed class Wire(UnreliableWire wire) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (wire.asked)
                wire.asked.Add($"{request.Method} {request.RequestUri!.PathAndQuery}");
            await wire.Before(request);
            var fate = wire.Decide(request);
            if (fate == Fate.RequestLost)
                throw new HttpRequestException("the request was lost");

            var response = await base.SendAsync(request, cancellationToken);
            if (fate == Fate.Delivered)
                return response;

            response.Dispose();
            throw new HttpRequestException("the answer was lost");
        }
    }
}
