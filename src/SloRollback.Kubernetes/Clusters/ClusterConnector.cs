using k8s;
using Microsoft.Extensions.Logging;

namespace SloRollback.Kubernetes.Clusters;

/// <summary>Makes the clients of clusters. Handlers that a test adds to the services see every request.</summary>
internal sealed class ClusterConnector(PodAccount account, IEnumerable<Func<DelegatingHandler>> handlers, ILoggerFactory loggers)
{
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="k8s.Exceptions.KubeConfigException">The kubeconfig or the pod's service account cannot be read.</exception>
    /// <exception cref="IOException">The kubeconfig cannot be read.</exception>
    public Cluster Connect(ClusterSettings settings, TimeSpan timeout)
    {
        var configuration = Configure(settings);

        configuration.HttpClientTimeout = timeout;
        configuration.FirstMessageHandlerSetup = handler =>
        {
            // By default a dead connection is noticed after more than three minutes.
            handler.KeepAlivePingDelay = PingDelay;
            handler.KeepAlivePingTimeout = PingTimeout;
        };
        return new Cluster(
            settings.Name,
            new k8s.Kubernetes(configuration, [.. handlers.Select(make => make())]),
            settings.Namespace ?? configuration.Namespace ?? "default",
            loggers.CreateLogger("SloRollback.Kubernetes"));
    }

    private KubernetesClientConfiguration Configure(ClusterSettings settings)
    {
        var isFile = settings.Kubeconfig is not null || settings.Context is not null;
        if (settings.InCluster ?? (!isFile && account.IsThere))
            return account.Configure();

        return KubernetesClientConfiguration.BuildConfigFromConfigFile(new FileInfo(settings.Kubeconfig ?? FileOf(settings.Context)), settings.Context);
    }

    /// <summary>The file that kubectl would find the context in; it reads several as one, where we take the first that fits.</summary>
    private static string FileOf(string? context)
    {
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is not { Length: > 0 } named)
            return KubernetesClientConfiguration.KubeConfigDefaultLocation;

        var files = named.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return files.FirstOrDefault(f => File.Exists(f) && (context is null || KubernetesClientConfiguration.LoadKubeConfig(f).Contexts?.Any(c => c.Name == context) == true))
            ?? files.FirstOrDefault(KubernetesClientConfiguration.KubeConfigDefaultLocation);
    }
}
