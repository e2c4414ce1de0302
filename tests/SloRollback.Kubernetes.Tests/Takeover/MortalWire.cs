using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using SloRollback.Kubernetes.Tests.Support;

namespace SloRollback.Kubernetes.Tests.Takeover;

/// <summary>
/// Between one process and the API server. Once the process is dead, nothing of it arrives and nothing is answered: its calls stay where
/// they are. The server's clock is the test's.
/// </summary>
internal sealed class MortalWire(FakeTimeProvider time)
{
    private readonly FakeTimeProvider time = time;
    private readonly TaskCompletionSource<HttpResponseMessage> never = new();
    private readonly TaskCompletionSource<Func<Task<HttpResponseMessage>>> held = new();
    private DateTimeOffset? acceptedAt;
    private int underWay;
    private int accepted;
    private volatile bool isDead;

    /// <summary>When the process dies of its own rollback.</summary>
    public Moment DiesAt { get; init; }

    public bool IsDead => isDead;

    /// <summary>Does it wait for an answer? Open watches do not count.</summary>
    public bool IsBusy => Volatile.Read(ref underWay) > 0;

    /// <summary>How many patches that roll back the server took.</summary>
    public int Accepted => Volatile.Read(ref accepted);

    /// <summary>What happens when it takes one.</summary>
    public Action<DateTimeOffset> OnAccepted { get; set; } = _ => { };

    public void Die() => isDead = true;

    /// <summary>Lets the patch that the process had sent when it died arrive at last.</summary>
    public async Task<HttpResponseMessage> DeliverLateAsync() => await (await held.Task)();

    public DelegatingHandler CreateHandler() => new Handler(this);

    private sealed class Handler(MortalWire wire) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (wire.IsDead)
                return await wire.never.Task;

            Interlocked.Increment(ref wire.underWay);
            try
            {
                return await SendAliveAsync(request, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref wire.underWay);
            }
        }

        private async Task<HttpResponseMessage> SendAliveAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isRollback = new SeenRequest(request.Method.Method, request.RequestUri!.PathAndQuery, "").IsRollback;
            if (isRollback && wire.DiesAt == Moment.BeforePatch)
            {
                wire.held.SetResult(() => base.SendAsync(request, CancellationToken.None));
                return await EndAsync();
            }

            var response = await base.SendAsync(request, cancellationToken);
            if (isRollback && response.IsSuccessStatusCode)
            {
                Interlocked.Increment(ref wire.accepted);
                wire.acceptedAt = wire.time.GetUtcNow();
                wire.OnAccepted(wire.time.GetUtcNow());
            }

            if (isRollback && wire.DiesAt == Moment.BeforeAnswer)
                return await EndAsync();

            if (!request.RequestUri.Query.Contains("watch=true", StringComparison.Ordinal))
                await response.Content.LoadIntoBufferAsync(cancellationToken);
            if (wire.acceptedAt is { } at && request.Method == HttpMethod.Get && request.RequestUri.AbsolutePath.EndsWith($"/deployments/{Stage.Name}", StringComparison.Ordinal))
                response.Content = await SinceAsync(at, response.Content, cancellationToken);
            response.Headers.Date = wire.time.GetUtcNow();
            return response;
        }

        // The server's times are real, and ours run ahead: what came about after our patch did so after it by our clock, too.
        private static async Task<HttpContent> SinceAsync(DateTimeOffset at, HttpContent content, CancellationToken cancellationToken)
        {
            var workload = JsonNode.Parse(await content.ReadAsStringAsync(cancellationToken))!;
            foreach (var condition in workload["status"]!["conditions"]!.AsArray())
                condition!["lastUpdateTime"] = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            return new StringContent(workload.ToJsonString(), Encoding.UTF8, "application/json");
        }

        private Task<HttpResponseMessage> EndAsync()
        {
            wire.Die();
            Interlocked.Decrement(ref wire.underWay);
            return wire.never.Task;
        }
    }
}
