using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;

namespace SloRollback.Kubernetes.Tests.Support;

/// <summary>
/// An API server on a real socket that lists what it is given and plays one script per watch. When there are no more scripts, a watch
/// stays open and brings what <see cref="Send"/> sends.
/// </summary>
internal sealed class ScriptedApi : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<Script> scripts = new();
    private readonly ConcurrentBag<StreamWriter> open = [];
    private readonly ConcurrentQueue<string> requests = new();
    private readonly Task serving;

    public ScriptedApi()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        listener.Prefixes.Add(Address.ToString());
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>How a watch goes.</summary>
    /// <param name="Lines">What it brings.</param>
    /// <param name="End">What then.</param>
    public sealed record Script(string Lines, ScriptEnd End);

    public Uri Address { get; }

    public string Version { get; set; } = "100";

    public int ListStatus { get; set; } = 200;

    public int WatchStatus { get; set; } = 200;

    public ConcurrentDictionary<string, JsonObject> Workloads { get; } = new();

    public ConcurrentDictionary<string, JsonObject> Revisions { get; } = new();

    /// <summary>The lists of workloads that were asked for.</summary>
    public int Lists => requests.Count(r => r.Contains("/deployments?limit", StringComparison.Ordinal));

    /// <summary>The versions that watches went on from.</summary>
    public IReadOnlyList<string> Watches =>
        [.. requests.Where(r => r.Contains("watch=true", StringComparison.Ordinal)).Select(r => HttpUtility.ParseQueryString(r[r.IndexOf('?', StringComparison.Ordinal)..])["resourceVersion"]!)];

    public int Count => requests.Count;

    public string Kubeconfig(DirectoryInfo directory)
    {
        var path = Path.Combine(directory.FullName, $"{Address.Port}.config");
        File.WriteAllText(path, $"{{apiVersion: v1, kind: Config, current-context: c, users: [{{name: u, user: {{token: t}}}}], clusters: [{{name: c, cluster: {{server: \"{Address}\"}}}}], contexts: [{{name: c, context: {{cluster: c, user: u, namespace: shop}}}}]}}");
        return path;
    }

    public void Play(string lines, ScriptEnd end) => scripts.Enqueue(new Script(lines, end));

    /// <summary>Writes to the watches that are open.</summary>
    public void Send(string line)
    {
        foreach (var writer in open)
        {
            try
            {
                lock (writer)
                    writer.WriteLine(line);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // That one has left.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Close();
        await serving;
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var context = await listener.GetContextAsync();
                requests.Enqueue(context.Request.RawUrl!);
                _ = Task.Run(() => AnswerAsync(context));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var url = context.Request.RawUrl!;
        try
        {
            if (url.Contains("watch=true", StringComparison.Ordinal))
                await WatchAsync(context);
            else if (url.Contains("/deployments?", StringComparison.Ordinal))
                await WriteAsync(context, ListStatus, Page(Workloads, url));
            else if (url.Contains("/replicasets", StringComparison.Ordinal))
                await WriteAsync(context, ListStatus, Page(Revisions, url));
            else if (Workloads.TryGetValue(url.Split('/')[^1], out var workload))
                await WriteAsync(context, ListStatus, workload);
            else
                await WriteAsync(context, 404, new JsonObject { ["kind"] = "Status", ["code"] = 404, ["reason"] = "NotFound" });
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // The client left, or the test is over.
        }
    }

    private async Task WatchAsync(HttpListenerContext context)
    {
        if (WatchStatus != 200)
        {
            await WriteAsync(context, WatchStatus, new JsonObject { ["kind"] = "Status", ["code"] = WatchStatus });
            return;
        }

        var script = scripts.TryDequeue(out var next) ? next : new Script("", ScriptEnd.Hangs);
        context.Response.SendChunked = true;
        var writer = new StreamWriter(context.Response.OutputStream, new UTF8Encoding(false)) { AutoFlush = true };
        await writer.WriteAsync(script.Lines);
        await context.Response.OutputStream.FlushAsync();
        switch (script.End)
        {
            case ScriptEnd.Ends:
                context.Response.Close();
                break;
            case ScriptEnd.Breaks:
                context.Response.Abort();
                break;
            default:
                open.Add(writer);
                await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
        }
    }

    /// <summary>One page, as real servers cut lists.</summary>
    private JsonObject Page(ConcurrentDictionary<string, JsonObject> objects, string url)
    {
        var query = HttpUtility.ParseQueryString(url[url.IndexOf('?', StringComparison.Ordinal)..]);
        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var most) ? most : int.MaxValue;
        var from = int.TryParse(query["continue"], CultureInfo.InvariantCulture, out var start) ? start : 0;
        var names = objects.Keys.Order(StringComparer.Ordinal).Skip(from).Take(limit).ToList();
        var metadata = new JsonObject { ["resourceVersion"] = Version };
        if (from + names.Count < objects.Count)
            metadata["continue"] = $"{from + names.Count}";
        return new JsonObject { ["metadata"] = metadata, ["items"] = new JsonArray([.. names.Select(n => objects[n].DeepClone())]) };
    }

    private static async Task WriteAsync(HttpListenerContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body.ToJsonString()));
        context.Response.Close();
    }
}
