using Microsoft.Extensions.DependencyInjection;
using SloRollback.Kubernetes.Clusters;

namespace SloRollback.Kubernetes.Tests.Support;

/// <summary>The services of a host, as far as a provider of deployments needs them.</summary>
internal sealed class ProviderHost : ISloRollbackBuilder, IAsyncDisposable
{
    private readonly Lazy<ServiceProvider> provider;

    public ProviderHost(TimeProvider? time = null)
    {
        Services.AddSingleton(time ?? TimeProvider.System);
        Services.AddLogging();
        provider = new Lazy<ServiceProvider>(() => Services.BuildServiceProvider());
    }

    public IServiceCollection Services { get; } = new ServiceCollection();

    public IServiceProvider Provider => provider.Value;

    public KubernetesClusters Clusters(string name = "kubernetes") => Provider.GetRequiredKeyedService<KubernetesClusters>(name);

    public async ValueTask DisposeAsync()
    {
        if (provider.IsValueCreated)
            await provider.Value.DisposeAsync();
    }
}
