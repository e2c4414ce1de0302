using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SloRollback;
using SloRollback.Kubernetes;
using SloRollback.Kubernetes.Clusters;
using SloRollback.Kubernetes.Leases;
using SloRollback.Leases;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the lease of SloRollback.Kubernetes.</summary>
public static class SloRollbackKubernetesLeaseExtensions
{
    /// <summary>Lets one of several replicas of this host evaluate and act: the one that holds a Lease object in the cluster.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    public static ISloRollbackBuilder AddKubernetesLease(this ISloRollbackBuilder builder) =>
        builder.AddKubernetesLease(SloRollbackKubernetesExtensions.DefaultName);

    /// <summary>Lets one of several replicas of this host evaluate and act: the one that holds a Lease object in the cluster.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="configure">Sets options, after the section <c>SloRollback:Kubernetes:Lease</c>.</param>
    public static ISloRollbackBuilder AddKubernetesLease(this ISloRollbackBuilder builder, Action<KubernetesLeaseOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddKubernetesLease(SloRollbackKubernetesExtensions.DefaultName, configure);
    }

    /// <summary>
    /// Lets one of several replicas of this host evaluate and act: the one that holds a Lease object in a cluster of the named provider.
    /// A host has one lease: called again for another provider, the last call counts.
    /// </summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="provider">The provider's name; it is added when it is not there yet.</param>
    /// <param name="configure">Sets options, after the section <c>SloRollback:{provider}:Lease</c>.</param>
    /// <exception cref="ArgumentException">An empty name.</exception>
    public static ISloRollbackBuilder AddKubernetesLease(this ISloRollbackBuilder builder, string provider, Action<KubernetesLeaseOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddKubernetes(provider);

        var services = builder.Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KubernetesLeaseOptions>, KubernetesLeaseOptionsValidator>());
        if (!services.Any(d => d.IsKeyedService && d.ServiceType == typeof(KubernetesLease) && provider.Equals(d.ServiceKey)))
        {
            var section = SloRollbackKubernetesExtensions.SectionOf(provider) + ":Lease";
            services.AddOptions<KubernetesLeaseOptions>(provider).Configure<IServiceProvider>((o, p) => SectionBinder.Bind(p, section, o));
            services.AddSingleton<IConfigurationCheck>(p => new LeaseCheck(
                section,
                () => p.GetRequiredService<IOptionsMonitor<KubernetesLeaseOptions>>().Get(provider),
                () => p.GetRequiredService<IOptionsMonitor<KubernetesOptions>>().Get(provider)));
            services.AddKeyedSingleton(provider, (p, _) => new KubernetesLease(
                p.GetRequiredKeyedService<KubernetesClusters>(provider),
                () => p.GetRequiredService<IOptionsMonitor<KubernetesLeaseOptions>>().Get(provider),
                p.GetRequiredService<TimeProvider>()));
        }

        services.Replace(ServiceDescriptor.Singleton<IEvaluationLease>(p => p.GetRequiredKeyedService<KubernetesLease>(provider)));
        if (configure is not null)
            services.Configure(provider, configure);

        return builder;
    }
}
