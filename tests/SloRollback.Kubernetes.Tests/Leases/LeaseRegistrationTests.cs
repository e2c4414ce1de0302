using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SloRollback.Kubernetes.Leases;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Leases;

namespace SloRollback.Kubernetes.Tests.Leases;

/// <summary>What the extension registers, and what the check at start says of its options.</summary>
public sealed class LeaseRegistrationTests
{
    [Fact]
    public async Task A_host_has_one_lease_and_the_last_call_counts()
    {
        await using var host = new ProviderHost();
        host.AddKubernetesLease().AddKubernetesLease(o => o.Name = "mine").AddKubernetesLease("edge", o => o.Namespace = "ops").AddKubernetesLease("edge");
        Assert.Same(host.Provider.GetRequiredKeyedService<KubernetesLease>("edge"), Assert.Single(host.Provider.GetServices<IEvaluationLease>()));
        Assert.Equal(["kubernetes", "edge"], host.Provider.GetServices<ProviderRegistration>().Select(r => r.Name));
        Assert.Equal(4, host.Provider.GetServices<IConfigurationCheck>().Count());
        Assert.Equal(("mine", null), (Options(host, "kubernetes").Name, Options(host, "kubernetes").Namespace));
        Assert.Equal(("slorollback", "ops"), (Options(host, "edge").Name, Options(host, "edge").Namespace));
    }

    [Fact]
    public async Task Options_come_from_configuration_and_every_fault_is_told_with_its_path()
    {
        await using var host = new ProviderHost();
        host.Services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["SloRollback:Kubernetes:Lease:Name"] = "Not a name",
                ["SloRollback:Kubernetes:Clusters:eu:Context"] = "eu",
                ["SloRollback:edge:Lease:Cluster"] = "us",
                ["SloRollback:edge:Lease:Namespace"] = "ops",
            })
            .Build());
        host.AddKubernetesLease().AddKubernetesLease("edge");
        Assert.Equal("ops", Options(host, "edge").Namespace);

        var context = new ConfigurationCheckContext([]);
        foreach (var check in host.Provider.GetServices<IConfigurationCheck>())
            check.Check(context);
        Assert.Equal(["SloRollback:Kubernetes:Lease:Name", "SloRollback:edge:Lease:Cluster"], context.Faults.Select(f => f.Path));
        Assert.StartsWith("It is not a name that Kubernetes allows", context.Faults[0].Message, StringComparison.Ordinal);
    }

    private static KubernetesLeaseOptions Options(ProviderHost host, string name) => host.Provider.GetRequiredService<IOptionsMonitor<KubernetesLeaseOptions>>().Get(name);
}
