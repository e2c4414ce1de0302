using SloRollback.Sample.Platform;

namespace SloRollback.Sample.Traffic;

/// <summary>
/// The clients, and the load balancer before the service: real HTTP requests, in turn to each replica that serves. Every client has
/// at most one request under way, so a slow service slows the clients down instead of piling up work.
/// </summary>
internal sealed class LoadGenerator(CheckoutPlatform platform, TrafficMeter meter, TimeProvider time)
{
    private const int Clients = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private int turn;

    /// <summary>Sends some 40 requests per second until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => BeClientAsync(http, Pause * i / Clients, cancellationToken)));
    }

    private async Task BeClientAsync(HttpClient http, TimeSpan offset, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(offset, time, cancellationToken);
            using var timer = new PeriodicTimer(Pause, time);
            while (await timer.WaitForNextTickAsync(cancellationToken))
                await SendAsync(http, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end that was asked for.
        }
    }

    private async Task SendAsync(HttpClient http, CancellationToken cancellationToken)
    {
        if (Choose() is not { } replica)
        {
            meter.RecordUnanswered();
            return;
        }

        try
        {
            using var response = await http.GetAsync(new Uri(replica.Address!, "/checkout"), cancellationToken);
            meter.Record(replica.Number, !response.IsSuccessStatusCode);
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            meter.RecordUnanswered();
        }
        finally
        {
            replica.Exit();
        }
    }

    private Replica? Choose()
    {
        for (var i = 0; i < platform.Replicas.Count; i++)
        {
            var replica = platform.Replicas[(int)((uint)Interlocked.Increment(ref turn) % platform.Replicas.Count)];
            if (replica.TryEnter()) return replica;
        }

        return null;
    }
}
