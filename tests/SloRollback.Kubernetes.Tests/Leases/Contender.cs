using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Leases;

namespace SloRollback.Kubernetes.Tests.Leases;

/// <summary>One replica that wants the lease.</summary>
internal sealed class Contender : IAsyncDisposable
{
    public static readonly Duration Length = Duration.FromSeconds(15);

    private readonly ProviderHost host;

    public Contender(TestNamespace space, TimeProvider time, string name, string? kubeconfig = null)
    {
        Request = new LeaseRequest(name, Length);
        host = new ProviderHost(time);
        host.Services.AddSingleton<Func<DelegatingHandler>>(Wire.Handler);
        host.AddKubernetes(o => o.Kubeconfig = kubeconfig ?? space.Kubeconfig).AddKubernetesLease(o => o.Namespace = space.Name);
        Lease = host.Provider.GetRequiredService<IEvaluationLease>();
    }

    public UnreliableWire Wire { get; } = new();

    public LeaseRequest Request { get; }

    public IEvaluationLease Lease { get; }

    public Task<LeaseResult> AcquireAsync() => Lease.AcquireAsync(Request, TestContext.Current.CancellationToken);

    public Task<LeaseResult> ReleaseAsync() => Lease.ReleaseAsync(Request, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
