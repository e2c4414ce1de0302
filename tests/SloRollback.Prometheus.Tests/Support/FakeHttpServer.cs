using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SloRollback.Prometheus.Tests.Support;

/// <summary>A server on a real socket that answers as a test says, faults of the connection included.</summary>
internal sealed class FakeHttpServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;

    public FakeHttpServer(Func<FakeRequest, FakeResponse> respond)
    {
        Respond = respond;
        listener.Start();
        accepting = AcceptAsync();
    }

    public Func<FakeRequest, FakeResponse> Respond { get; set; }

    public ConcurrentQueue<FakeRequest> Requests { get; } = new();

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await listener.AcceptSocketAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await using var stream = new NetworkStream(socket);
                if (await ReadAsync(stream) is not { } request)
                    return;

                Requests.Enqueue(request);
                var response = Respond(request);
                await stream.WriteAsync(response.Bytes, stop.Token);
                if (response.Continue is { } more)
                    await more(stream, stop.Token);
                if (response.Hangs)
                    await Task.Delay(Timeout.Infinite, stop.Token);
                if (response.IsReset)
                    socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // The client went away, or the test ended.
            }
        }
    }

    private async Task<FakeRequest?> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[8192];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, stop.Token);
            if (read == 0)
                return null;

            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            var all = text.ToString();
            var end = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
                continue;

            var head = all[..end].Split("\r\n");
            var headers = head[1..].Select(h => h.Split(": ", 2)).ToDictionary(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase);
            var length = int.Parse(headers.GetValueOrDefault("Content-Length", "0"));
            if (all.Length - end - 4 >= length)
                return new FakeRequest(head[0].Split(' ')[1], headers, all[(end + 4)..]);
        }
    }
}

/// <summary>A request as it came.</summary>
internal sealed record FakeRequest(string Path, Dictionary<string, string> Headers, string Body)
{
    /// <summary>A field of the form in the body.</summary>
    public string Form(string name) => Body.Split('&')
        .Select(f => f.Split('=', 2))
        .Where(f => f[0] == name)
        .Select(f => WebUtility.UrlDecode(f[1]))
        .FirstOrDefault("");
}

/// <summary>What to answer, byte by byte, and what then becomes of the connection.</summary>
internal sealed record FakeResponse(byte[] Bytes)
{
    /// <summary>Ends with a reset instead of a close.</summary>
    public bool IsReset { get; init; }

    /// <summary>What more to write, bit by bit, until the client goes away.</summary>
    public Func<Stream, CancellationToken, Task>? Continue { get; init; }

    /// <summary>Never ends.</summary>
    public bool Hangs { get; init; }

    public static FakeResponse Json(string body, int status = 200) => Text(body, "application/json", status);

    public static FakeResponse Text(string body, string contentType, int status = 200, string headers = "", int? length = null) =>
        Raw(Encoding.UTF8.GetBytes(body), contentType, status, headers, length);

    public static FakeResponse Raw(byte[] body, string contentType, int status = 200, string headers = "", int? length = null)
    {
        var head = $"HTTP/1.1 {status} Whatever\r\nContent-Type: {contentType}\r\nContent-Length: {length ?? body.Length}\r\nConnection: close\r\n{headers}\r\n";
        return new FakeResponse([.. Encoding.UTF8.GetBytes(head), .. body]);
    }
}
