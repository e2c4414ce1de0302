using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>
/// Answers queries for 100 metrics × 100 services × 2 codes on a real socket, with counters that grow evenly and are scraped every 15 s.
/// A process of its own, so that what it allocates is not counted as ours.
/// </summary>
internal static class FakePrometheus
{
    public const string Verb = "fake-prometheus";
    public const int Metrics = 100, Services = 100;
    public const int BadPerMinute = 4, ValidPerMinute = 124;

    public static string Metric(int number) => string.Create(CultureInfo.InvariantCulture, $"m{number:000}_requests_total");

    /// <summary>Starts it.</summary>
    public static Process Start(out Uri address)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { ArgumentList = { Verb }, UseShellExecute = false, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        address = new Uri(process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the fake did not start"));
        return process;
    }

    /// <summary>Is it: says where it listens, and serves until it is killed.</summary>
    public static async Task RunAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        var answers = new FakeAnswers();
        while (true)
            _ = ServeAsync(await listener.AcceptSocketAsync(), answers);
    }

    private static async Task ServeAsync(Socket socket, FakeAnswers answers)
    {
        using var connection = socket;
        socket.NoDelay = true;
        var (request, used) = (new byte[1 << 20], 0);
        var answer = new FakeAnswer();
        while (await socket.ReceiveAsync(request.AsMemory(used)) is var received and > 0)
        {
            used += received;
            var head = request.AsSpan(0, used).IndexOf("\r\n\r\n"u8);
            if (head < 0)
                continue;

            var lines = Encoding.ASCII.GetString(request, 0, head).Split("\r\n");
            var length = lines.Where(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Select(l => int.Parse(l.AsSpan(15), CultureInfo.InvariantCulture)).FirstOrDefault();
            if (used < head + 4 + length)
                continue;

            var form = Encoding.ASCII.GetString(request, head + 4, length).Split('&').Select(f => f.Split('=', 2)).ToDictionary(f => f[0], f => WebUtility.UrlDecode(f[1]));
            used = 0;
            answers.Write(form, lines[0].Contains("query_range", StringComparison.Ordinal), answer);
            for (var sent = answer.Bytes; sent.Length > 0;)
                sent = sent[await socket.SendAsync(sent)..];
        }
    }
}
