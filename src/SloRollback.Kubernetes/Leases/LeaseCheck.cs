using Microsoft.Extensions.Options;
using SloRollback.Kubernetes.Clusters;

namespace SloRollback.Kubernetes.Leases;

/// <summary>The check at start of the lease's options.</summary>
/// <param name="section">Where they are bound from.</param>
/// <param name="readLease">Reads them; throws what is wrong with them.</param>
/// <param name="readProvider">Reads the provider's, which has a check of its own.</param>
internal sealed class LeaseCheck(string section, Func<KubernetesLeaseOptions> readLease, Func<KubernetesOptions> readProvider) : IConfigurationCheck
{
    public void Check(ConfigurationCheckContext context)
    {
        KubernetesLeaseOptions? options = null;
        OptionsCheck.Run(context, section, () => options = readLease());
        if (options is not null && Provider() is { } provider && ClusterSettings.Find(provider, options.Cluster) is null)
            context.Report($"{section}:{nameof(options.Cluster)}", KubernetesClusters.UnknownCluster(provider, options.Cluster));
    }

    private KubernetesOptions? Provider()
    {
        try
        {
            return readProvider();
        }
        catch (Exception e) when (e is OptionsValidationException or InvalidOperationException)
        {
            return null;
        }
    }
}
