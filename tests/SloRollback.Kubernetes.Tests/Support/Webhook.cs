using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using k8s;
using k8s.Models;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Tests.Support;

/// <summary>An admission webhook of one namespace's Deployments, on a port of its own, with a certificate that the API server is told to trust.</summary>
internal sealed class Webhook : IAsyncDisposable
{
    private readonly TestNamespace space;
    private readonly X509Certificate2 certificate = Certify();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private int asked;

    private Webhook(TestNamespace space)
    {
        this.space = space;
        listener.Start();
        accepting = Task.Run(AcceptAsync);
    }

    /// <summary>How often the API server asked.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>What it answers besides the uid, as JSON.</summary>
    public string Response { get; set; } = "\"allowed\":true";

    /// <summary>Registers one that answers.</summary>
    public static async Task<Webhook> StartAsync(TestNamespace space)
    {
        var webhook = new Webhook(space);
        await RegisterAsync(space, $"https://127.0.0.1:{((IPEndPoint)webhook.listener.LocalEndpoint).Port}/", Encoding.UTF8.GetBytes(webhook.certificate.ExportCertificatePem()));
        return webhook;
    }

    /// <summary>Registers one behind which nobody listens.</summary>
    public static Task RegisterAsync(TestNamespace space) => RegisterAsync(space, "https://127.0.0.1:1/", null);

    /// <summary>Takes a namespace's webhook away.</summary>
    public static Task UnregisterAsync(TestNamespace space) => space.Kube.AdmissionregistrationV1.DeleteValidatingWebhookConfigurationAsync(space.Name);

    public async ValueTask DisposeAsync()
    {
        await UnregisterAsync(space);
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        certificate.Dispose();
        stop.Dispose();
    }

    private static async Task RegisterAsync(TestNamespace space, string url, byte[]? authority)
    {
        await space.Kube.CoreV1.PatchNamespaceAsync(new V1Patch($$"""{"metadata":{"labels":{"only":"{{space.Name}}"} } }""", V1Patch.PatchType.MergePatch), space.Name);
        await space.Kube.AdmissionregistrationV1.CreateValidatingWebhookConfigurationAsync(new V1ValidatingWebhookConfiguration
        {
            Metadata = new V1ObjectMeta { Name = space.Name },
            Webhooks =
            [
                new V1ValidatingWebhook
                {
                    Name = "policy.example.org", AdmissionReviewVersions = ["v1"], SideEffects = "None", FailurePolicy = "Fail", TimeoutSeconds = 2,
                    ClientConfig = new Admissionregistrationv1WebhookClientConfig { Url = url, CaBundle = authority },
                    NamespaceSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["only"] = space.Name } },
                    Rules = [new V1RuleWithOperations { ApiGroups = ["apps"], ApiVersions = ["v1"], Operations = ["UPDATE"], Resources = ["deployments"] }],
                },
            ],
        });
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    // One request per connection: enough for a few.
    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            await using var secure = new SslStream(client.GetStream());
            await secure.AuthenticateAsServerAsync(certificate);
            var review = await ReadBodyAsync(secure);
            Interlocked.Increment(ref asked);
            var uid = JsonSerializer.Deserialize<JsonElement>(review).Text("request", "uid");
            var body = $$"""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"{{uid}}",{{Response}}} }""";
            await secure.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}"), stop.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The server turned away; it says so to whoever asked it.
        }
    }

    private async Task<string> ReadBodyAsync(Stream stream)
    {
        var seen = new List<byte>();
        var buffer = new byte[16384];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, stop.Token);
            if (read == 0)
                throw new IOException("the request ended early");
            seen.AddRange(buffer.AsSpan(0, read));
            var text = Encoding.UTF8.GetString([.. seen]);
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head < 0)
                continue;

            var length = text[..head].Split("\r\n").Single(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1];
            if (seen.Count >= head + 4 + int.Parse(length, System.Globalization.CultureInfo.InvariantCulture))
                return text[(head + 4)..];
        }
    }

    private static X509Certificate2 Certify()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=webhook", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
