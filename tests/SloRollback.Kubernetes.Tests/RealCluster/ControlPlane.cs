using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using k8s;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>
/// A real control plane of our own: etcd, kube-apiserver and kube-controller-manager on free loopback ports, with their own certificates
/// and data in a temporary directory. Each of them can be killed and started again. Disposal ends exactly the processes that were
/// started here.
/// <para>
/// The executables lie in the directory that the environment variable <c>KUBEBUILDER_ASSETS</c> names. Nothing in this folder depends on
/// the project under test, so that others can link it.
/// </para>
/// </summary>
public sealed class ControlPlane : IAsyncDisposable
{
    /// <summary>What a test says when it is skipped for want of the executables.</summary>
    public const string SkipReason =
        "needs a control plane: set KUBEBUILDER_ASSETS to a directory with etcd, kube-apiserver and kube-controller-manager, or SLOROLLBACK_TEST_KUBECONFIG to the kubeconfig of a cluster";

    /// <summary>The name of the file <see cref="LimitedKubeconfig"/>, beside <see cref="Kubeconfig"/>.</summary>
    public const string LimitedName = "limited.kubeconfig";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("slorollback-kube-");
    private readonly int apiPort = FreePort();
    private readonly int etcdPort = FreePort();
    private ServerProcess? etcd;
    private ServerProcess? apiServer;
    private ServerProcess? controllers;
    private Kubelet? kubelet;
    private bool hasWatchCache = true;

    private ControlPlane()
    {
    }

    /// <summary>Are the executables there?</summary>
    public static bool IsAvailable => Assets is { } assets && File.Exists(Path.Combine(assets, "kube-apiserver"));

    /// <summary>Where the API server listens.</summary>
    public Uri Address => new($"https://127.0.0.1:{apiPort}");

    /// <summary>Where etcd listens.</summary>
    public Uri EtcdAddress => new($"http://127.0.0.1:{etcdPort}");

    /// <summary>The kubeconfig file of a user who may do everything.</summary>
    public string Kubeconfig => PathOf("kubeconfig");

    /// <summary>The kubeconfig file of the user <c>limited</c>, who may do what a test grants.</summary>
    public string LimitedKubeconfig => PathOf(LimitedName);

    private static string? Assets => Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } named ? named : null;

    /// <summary>Starts a control plane with a kubelet stand-in, and waits until its controllers work.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">There are no executables, or one did not become ready.</exception>
    public static Task<ControlPlane> StartAsync(CancellationToken cancellationToken = default) => StartAsync(hasWatchCache: true, cancellationToken);

    /// <summary>Starts a control plane with a kubelet stand-in, and waits until its controllers work.</summary>
    /// <param name="hasWatchCache">Does the API server remember events itself? Else every watch and list is etcd's, as on a server that forgot them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">There are no executables, or one did not become ready.</exception>
    public static async Task<ControlPlane> StartAsync(bool hasWatchCache, CancellationToken cancellationToken)
    {
        if (!IsAvailable)
            throw new InvalidOperationException(SkipReason);

        var plane = new ControlPlane { hasWatchCache = hasWatchCache };
        try
        {
            ControlPlaneCertificates.Write(plane.directory.FullName);
            plane.WriteKubeconfig("kubeconfig", "admin", ControlPlaneCertificates.AdminToken);
            plane.WriteKubeconfig(LimitedName, "limited", ControlPlaneCertificates.LimitedToken);
            await plane.StartEtcdAsync(cancellationToken);
            await plane.StartApiServerAsync(cancellationToken);
            await plane.StartControllersAsync(cancellationToken);
            plane.kubelet = await Kubelet.StartAsync(plane.Connect());
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client that may do everything.</summary>
    public IKubernetes Connect() => new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig));

    /// <summary>Starts etcd, after a kill on its data and port.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartEtcdAsync(CancellationToken cancellationToken = default)
    {
        etcd = new ServerProcess(Executable("etcd"),
        [
            "--name=default", $"--data-dir={PathOf("etcd")}", "--logger=zap", "--log-level=warn",
            $"--listen-client-urls={EtcdAddress.GetLeftPart(UriPartial.Authority)}", $"--advertise-client-urls={EtcdAddress.GetLeftPart(UriPartial.Authority)}",
            "--listen-peer-urls=http://127.0.0.1:0", "--initial-advertise-peer-urls=http://127.0.0.1:0", "--initial-cluster=default=http://127.0.0.1:0",
            "--heartbeat-interval=20", "--election-timeout=100", "--snapshot-count=100000", "--max-request-bytes=3145728",
        ]);
        using var http = new HttpClient { BaseAddress = EtcdAddress };
        await UntilAsync(etcd, "etcd", async () => (await http.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken)).IsSuccessStatusCode, cancellationToken);
    }

    /// <summary>Has etcd forget everything but the present, as API servers ask it to every five minutes.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CompactAsync(CancellationToken cancellationToken = default)
    {
        using var http = new HttpClient { BaseAddress = EtcdAddress };
        using var answer = await http.PostAsync(new Uri("/v3/maintenance/status", UriKind.Relative), new StringContent("{}"), cancellationToken);
        using var status = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        var revision = status.RootElement.GetProperty("header").GetProperty("revision").GetString();
        using var done = await http.PostAsync(new Uri("/v3/kv/compaction", UriKind.Relative), new StringContent($$"""{"revision":"{{revision}}","physical":true}"""), cancellationToken);
        done.EnsureSuccessStatusCode();
    }

    /// <summary>Starts the API server, after a kill on its port.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartApiServerAsync(CancellationToken cancellationToken = default)
    {
        // The few groups and plugins that workloads need: it starts sooner. Without the plugin ServiceAccount a pod is admitted before its
        // namespace's account has a token.
        string[] groups =
        [
            "api", "apps", "autoscaling", "rbac.authorization.k8s.io", "authorization.k8s.io", "authentication.k8s.io", "admissionregistration.k8s.io",
            "coordination.k8s.io", "apiregistration.k8s.io", "apiextensions.k8s.io", "events.k8s.io", "scheduling.k8s.io",
        ];
        apiServer = new ServerProcess(
            Executable("kube-apiserver"),
            [
                $"--etcd-servers={EtcdAddress.GetLeftPart(UriPartial.Authority)}", "--etcd-compaction-interval=0", "--etcd-count-metric-poll-period=0",
                "--bind-address=127.0.0.1", $"--secure-port={apiPort}", "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none",
                $"--tls-cert-file={PathOf("server.crt")}", $"--tls-private-key-file={PathOf("server.key")}", $"--client-ca-file={PathOf("ca.crt")}", $"--cert-dir={directory.FullName}",
                $"--token-auth-file={PathOf("tokens.csv")}", "--authorization-mode=RBAC", "--anonymous-auth=true",
                "--service-account-issuer=https://kubernetes.default.svc", $"--service-account-key-file={PathOf("sa.key")}", $"--service-account-signing-key-file={PathOf("sa.key")}",
                "--service-cluster-ip-range=10.0.0.0/24", "--allow-privileged=true",
                "--disable-admission-plugins=ServiceAccount,RuntimeClass,DefaultStorageClass,DefaultIngressClass,StorageObjectInUseProtection,CertificateApproval,CertificateSigning,CertificateSubjectRestriction,PersistentVolumeClaimResize",
                $"--runtime-config=api/all=false,policy/v1beta1=true,{string.Join(',', groups.Select(g => $"{g}/v1=true"))}",
                $"--watch-cache={(hasWatchCache ? "true" : "false")}",
                "--feature-gates=APIPriorityAndFairness=false", "--enable-priority-and-fairness=false", "--profiling=false", "--v=0",
            ],
            new Dictionary<string, string> { ["GOGC"] = "400" });
        using var http = Anonymous();
        await UntilAsync(apiServer, "kube-apiserver", async () => (await http.GetAsync(new Uri("/readyz", UriKind.Relative), cancellationToken)).IsSuccessStatusCode, cancellationToken);
    }

    /// <summary>Kills the API server, as a crash would.</summary>
    public async Task KillApiServerAsync()
    {
        if (apiServer is not null)
            await apiServer.DisposeAsync();
        apiServer = null;
    }

    /// <summary>Starts the controllers, after a kill.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartControllersAsync(CancellationToken cancellationToken = default)
    {
        controllers = new ServerProcess(Executable("kube-controller-manager"),
        [
            $"--kubeconfig={Kubeconfig}", "--leader-elect=false", "--port=0", "--secure-port=0",
            "--controllers=deployment,replicaset,statefulset,daemonset,namespace,serviceaccount,serviceaccount-token,garbagecollector,resourcequota,disruption",
            $"--service-account-private-key-file={PathOf("sa.key")}", $"--root-ca-file={PathOf("ca.crt")}", "--kube-api-qps=500", "--kube-api-burst=1000",
            "--profiling=false", "--v=0",
        ]);

        // The default account of a namespace is made by one of them.
        using var kube = Connect();
        await UntilAsync(controllers, "kube-controller-manager", async () => await kube.CoreV1.ReadNamespacedServiceAccountAsync("default", "default", cancellationToken: cancellationToken) is not null, cancellationToken);
    }

    /// <summary>Kills the controllers, as a crash would: objects change, and nothing comes of it.</summary>
    public async Task KillControllersAsync()
    {
        if (controllers is not null)
            await controllers.DisposeAsync();
        controllers = null;
    }

    /// <summary>Ends what was started, and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        if (kubelet is not null)
            await kubelet.DisposeAsync();
        await KillControllersAsync();
        await KillApiServerAsync();
        if (etcd is not null)
            await etcd.DisposeAsync();
        directory.Delete(recursive: true);
    }

    private static string Executable(string name) => Path.Combine(Assets!, name);

    private string PathOf(string name) => Path.Combine(directory.FullName, name);

    private void WriteKubeconfig(string file, string user, string token) =>
        File.WriteAllText(PathOf(file), ControlPlaneCertificates.Kubeconfig(directory.FullName, Address, user, token));

    private HttpClient Anonymous()
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(PathOf("ca.crt")));
        return new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } }) { BaseAddress = Address };
    }

    private static async Task UntilAsync(ServerProcess process, string name, Func<Task<bool>> isReady, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        while (!limit.IsCancellationRequested && !process.HasExited)
        {
            try
            {
                if (await isReady())
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or k8s.Autorest.HttpOperationException)
            {
                // Not yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new InvalidOperationException($"{name} did not become ready: {process.Output}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
