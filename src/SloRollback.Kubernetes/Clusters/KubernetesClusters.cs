using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using k8s.Exceptions;
using Microsoft.Extensions.Options;

namespace SloRollback.Kubernetes.Clusters;

/// <summary>The clusters of one provider. Each is connected when it is first asked for, and stays so.</summary>
internal sealed class KubernetesClusters(string provider, IOptionsMonitor<KubernetesOptions> options, ClusterConnector connector) : IDisposable
{
    private readonly ConcurrentDictionary<string, Cluster> connected = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock gate = new();

    public KubernetesOptions Options => options.Get(provider);

    /// <summary>The cluster of a target, or why it cannot be had. Nothing is sent to it.</summary>
    /// <param name="infrastructure">The name; empty for the default cluster.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="problem">Why there is none.</param>
    public bool TryGet(string infrastructure, [NotNullWhen(true)] out Cluster? cluster, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (connected.TryGetValue(infrastructure, out cluster))
            return true;

        if (ClusterSettings.Find(Options, infrastructure) is not { } settings)
        {
            problem = UnknownCluster(Options, infrastructure);
            return false;
        }

        try
        {
            lock (gate)
                cluster = connected.GetOrAdd(infrastructure, _ => connector.Connect(settings, Options.Timeout));
            return true;
        }
        catch (Exception e) when (e is KubeConfigException or KubernetesClientException or IOException or UnauthorizedAccessException or FormatException or YamlDotNet.Core.YamlException)
        {
            problem = $"{Describe(infrastructure)} cannot be reached as configured: {e.Message}";
            return false;
        }
    }

    public void Dispose()
    {
        foreach (var cluster in connected.Values)
            cluster.Client.Dispose();
        connected.Clear();
    }

    /// <summary>What to say about a name that no cluster has.</summary>
    public static string UnknownCluster(KubernetesOptions options, string infrastructure)
    {
        var known = string.Join(", ", options.Clusters.Keys.Order(StringComparer.OrdinalIgnoreCase));
        return $"\"{infrastructure}\" is not a cluster; " + (known.Length == 0 ? "none is configured by name: leave it out for the default one, or add it to Clusters" : $"known: {known}");
    }

    private static string Describe(string infrastructure) => infrastructure.Length == 0 ? "the cluster" : $"the cluster {infrastructure}";
}
