using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SloRollback;
using SloRollback.Deployments;
using SloRollback.Kubernetes;
using SloRollback.Kubernetes.Clusters;
using SloRollback.Kubernetes.Instances;
using SloRollback.Kubernetes.Probes;
using SloRollback.Kubernetes.Rollbacks;
using SloRollback.Rollbacks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the provider of SloRollback.Kubernetes.</summary>
public static class SloRollbackKubernetesExtensions
{
    internal const string DefaultName = "kubernetes";

    /// <summary>Rolls workloads of Kubernetes back, as the provider <c>kubernetes</c>, configured in <c>SloRollback:Kubernetes</c>.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    public static ISloRollbackBuilder AddKubernetes(this ISloRollbackBuilder builder) => builder.AddKubernetes(DefaultName);

    /// <summary>Rolls workloads of Kubernetes back, as the provider <c>kubernetes</c>.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="configure">Sets options, after the section <c>SloRollback:Kubernetes</c>.</param>
    public static ISloRollbackBuilder AddKubernetes(this ISloRollbackBuilder builder, Action<KubernetesOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddKubernetes(DefaultName, configure);
    }

    /// <summary>
    /// Rolls workloads of Kubernetes back. One provider serves several clusters (<see cref="KubernetesOptions.Clusters"/>); several
    /// providers, with a name for each, are for clusters that are to be treated differently. Called again for a name it adds to what
    /// was configured.
    /// </summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="name">The name by which targets refer to the provider; also the key of its section, <c>SloRollback:{name}</c>.</param>
    /// <param name="configure">Sets options, after the section.</param>
    /// <exception cref="ArgumentException">An empty name.</exception>
    public static ISloRollbackBuilder AddKubernetes(this ISloRollbackBuilder builder, string name, Action<KubernetesOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);

        var services = builder.Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KubernetesOptions>, KubernetesOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KubernetesOptions>, KubernetesOptionsRules>());
        services.TryAddSingleton<ClusterConnector>();
        services.TryAddSingleton(_ => PodAccount.FromEnvironment());
        services.TryAddSingleton(p => OwnPod.Of(p.GetRequiredService<PodAccount>()));

        var registration = new ProviderRegistration(ProviderKind.Deployments, name);
        if (!services.Any(d => !d.IsKeyedService && registration.Equals(d.ImplementationInstance)))
        {
            var section = SectionOf(name);
            services.AddSingleton(registration);
            services.AddOptions<KubernetesOptions>(name).Configure<IServiceProvider>((o, p) => SectionBinder.Bind(p, section, o));
            services.AddSingleton<IConfigurationCheck>(p => new KubernetesCheck(
                name, section, () => p.GetRequiredService<IOptionsMonitor<KubernetesOptions>>().Get(name)));
            services.AddKeyedSingleton(name, (p, _) => new KubernetesClusters(
                name, p.GetRequiredService<IOptionsMonitor<KubernetesOptions>>(), p.GetRequiredService<ClusterConnector>()));
            services.AddKeyedSingleton<IDeploymentRollbacker>(name, (p, _) => new KubernetesRollbacker(
                p.GetRequiredKeyedService<KubernetesClusters>(name), p.GetRequiredService<OwnPod>(), p.GetRequiredService<TimeProvider>()));
            services.AddKeyedSingleton<IControlProbe>(name, (p, _) => new KubernetesControlProbe(
                p.GetRequiredKeyedService<KubernetesClusters>(name), p.GetRequiredService<TimeProvider>()));
            services.AddKeyedSingleton<IWorkloadInstances>(name, (p, _) => new KubernetesInstances(
                p.GetRequiredKeyedService<KubernetesClusters>(name), p.GetRequiredService<TimeProvider>()));
            services.AddKeyedSingleton<IDeploymentHistory>(name, (p, _) => new KubernetesDeploymentHistory(
                p.GetRequiredKeyedService<KubernetesClusters>(name), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILoggerFactory>()));
        }

        if (configure is not null)
            services.Configure(name, configure);

        return builder;
    }

    /// <summary>Where a provider's options are bound from.</summary>
    internal static string SectionOf(string name) => name == DefaultName ? "SloRollback:Kubernetes" : $"SloRollback:{name}";
}
