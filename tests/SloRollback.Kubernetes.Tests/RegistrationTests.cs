using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Services;

namespace SloRollback.Kubernetes.Tests;

/// <summary>What the extension registers, how options are bound, which cluster a name means, and what the check at start says.</summary>
public sealed class RegistrationTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("slorollback-kubeconfig-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task Each_provider_is_registered_once_under_its_name()
    {
        await using var host = new ProviderHost();
        host.AddKubernetes(o => o.FieldManager = "one").AddKubernetes(o => o.MaximumRetries = 2).AddKubernetes("other");
        Assert.Equal(["kubernetes", "other"], host.Provider.GetServices<ProviderRegistration>().Select(r => r.Name));
        Assert.All(host.Provider.GetServices<ProviderRegistration>(), r => Assert.Equal(ProviderKind.Deployments, r.Kind));
        Assert.Equal(2, host.Provider.GetServices<IConfigurationCheck>().Count());
        Assert.Equal(("one", 2), (host.Clusters().Options.FieldManager, host.Clusters().Options.MaximumRetries));
        Assert.Equal("slorollback", host.Clusters("other").Options.FieldManager);
    }

    [Fact]
    public async Task Options_come_from_configuration_and_then_from_code()
    {
        await using var host = Configured(
            ("Kubernetes:Kubeconfig", "/etc/kube"),
            ("Kubernetes:Timeout", "00:00:03"),
            ("Kubernetes:Flux", "PauseSync"),
            ("Kubernetes:ArgoCd", "Annotate"),
            ("Kubernetes:Clusters:prod-eu:Context", "eu"),
            ("Kubernetes:Clusters:prod-eu:Namespace", "shop"),
            ("Kubernetes:Clusters:prod-us:InCluster", "true"),
            ("edge:FieldManager", "edge-rollback"));
        host.AddKubernetes(o => o.Timeout = TimeSpan.FromSeconds(4)).AddKubernetes("edge");

        var options = host.Clusters().Options;
        Assert.Equal(("/etc/kube", TimeSpan.FromSeconds(4), OwnerStrategy.PauseSync, OwnerStrategy.Annotate, OwnerStrategy.Refuse), (options.Kubeconfig, options.Timeout, options.Flux, options.ArgoCd, options.Helm));
        Assert.Equal(("eu", "shop"), (options.Clusters["PROD-EU"].Context, options.Clusters["prod-eu"].Namespace));
        Assert.True(options.Clusters["prod-us"].InCluster);
        Assert.Equal("edge-rollback", host.Clusters("edge").Options.FieldManager);
        Assert.Empty(Faults(host));
    }

    [Fact]
    public async Task Every_fault_in_the_options_is_told_with_its_path()
    {
        await using var host = Configured(
            ("Kubernetes:Timeout", "15"),
            ("Kubernetes:FieldManager", "a\tb"),
            ("Kubernetes:MaximumRetries", "21"),
            ("Kubernetes:Helm", "7"),
            ("Kubernetes:Clusters:eu:InCluster", "true"),
            ("Kubernetes:Clusters:eu:Context", "eu"),
            ("edge:Timeout", "soon"));
        host.AddKubernetes().AddKubernetes("edge");

        Assert.Equal(
            ["SloRollback:Kubernetes:MaximumRetries", "SloRollback:Kubernetes:Helm", "SloRollback:Kubernetes:Timeout", "SloRollback:Kubernetes:FieldManager", "SloRollback:Kubernetes:Clusters:eu:InCluster", "SloRollback:edge:Timeout"],
            Faults(host).Select(f => f.Path));
    }

    [Fact]
    public async Task Targets_are_checked_where_the_provider_is_meant()
    {
        await using var host = new ProviderHost();
        host.AddKubernetes(o => o.Clusters["eu"] = new KubernetesClusterOptions());
        var faults = Faults(
            host,
            Service("a", "deployment/checkout"),
            Service("b", "shop/statefulset/cart", "eu"),
            Service("c", "checkout"),
            Service("d", "pod/checkout"),
            Service("e", "shop/deployment/../x"),
            Service("f", "deployment/Checkout"),
            Service("g", "daemonsets/agent", "us"),
            Service("h", "nonsense", provider: "elsewhere"));

        Assert.Equal(
            ["c:Deploys:Workload", "d:Deploys:Workload", "e:Deploys:Workload", "f:Deploys:Workload", "g:Deploys:Infrastructure"],
            faults.Select(f => f.Path["SloRollback:Services:".Length..]));
        Assert.Equal("\"pod\" is not a kind of workload; known: deployment, statefulset, daemonset, rollout", faults[1].Message);
        Assert.Equal("\"us\" is not a cluster; known: eu", faults[4].Message);
    }

    [Fact]
    public async Task A_name_means_the_cluster_that_was_configured_for_it()
    {
        await using var host = new ProviderHost();
        var file = Kubeconfig(("one", "https://one:6443", "shop"), ("two", "https://two:6443", null));
        host.AddKubernetes(o =>
        {
            o.Kubeconfig = file;
            o.Clusters["two"] = new KubernetesClusterOptions { Kubeconfig = file, Context = "two" };
            o.Clusters["gone"] = new KubernetesClusterOptions { Kubeconfig = file, Context = "three" };
            o.Clusters["missing"] = new KubernetesClusterOptions { Kubeconfig = file + "x" };
            o.Clusters["named"] = new KubernetesClusterOptions { Kubeconfig = file, Namespace = "own" };
        });

        Assert.Equal(("https://one:6443/", "shop"), Get(host, ""));
        Assert.Equal(("https://two:6443/", "default"), Get(host, "two"));
        Assert.Equal(("https://one:6443/", "own"), Get(host, "named"));
        Assert.True(host.Clusters().TryGet("two", out var first, out _) && host.Clusters().TryGet("TWO", out var again, out _) && ReferenceEquals(first, again));
        Assert.Contains("three", Problem(host, "gone"), StringComparison.Ordinal);
        Assert.Contains("the cluster missing cannot be reached as configured", Problem(host, "missing"), StringComparison.Ordinal);
        Assert.StartsWith("\"three\" is not a cluster", Problem(host, "three"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_it_is_the_one_that_kubectl_takes()
    {
        var before = Environment.GetEnvironmentVariable("KUBECONFIG");
        try
        {
            Environment.SetEnvironmentVariable("KUBECONFIG", Kubeconfig(("one", "https://one:6443", "shop"), ("two", "https://two:6443", null)));
            await using var host = new ProviderHost();
            host.AddKubernetes(o => o.Clusters["two"] = new KubernetesClusterOptions { Context = "two" });
            Assert.Equal(("https://one:6443/", "shop"), Get(host, ""));
            Assert.Equal(("https://two:6443/", "default"), Get(host, "two"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("KUBECONFIG", before);
        }
    }

    private static (string Address, string Namespace) Get(ProviderHost host, string name)
    {
        Assert.True(host.Clusters().TryGet(name, out var cluster, out var problem), problem);
        return (((k8s.Kubernetes)cluster.Client).BaseUri.ToString(), cluster.DefaultNamespace);
    }

    private static string Problem(ProviderHost host, string name)
    {
        Assert.False(host.Clusters().TryGet(name, out _, out var problem));
        return problem;
    }

    private string Kubeconfig(params (string Context, string Server, string? Namespace)[] contexts)
    {
        var path = Path.Combine(directory.FullName, "config");
        File.WriteAllText(path, $"""
            apiVersion: v1
            kind: Config
            current-context: {contexts[0].Context}
            users: [{"{"}name: me, user: {"{"}token: t{"}"}{"}"}]
            clusters: [{string.Join(", ", contexts.Select(c => $"{{name: {c.Context}, cluster: {{server: \"{c.Server}\"}}}}"))}]
            contexts: [{string.Join(", ", contexts.Select(c => $"{{name: {c.Context}, context: {{cluster: {c.Context}, user: me{(c.Namespace is null ? "" : $", namespace: {c.Namespace}")}}}}}"))}]
            """);
        return path;
    }

    private static ProviderHost Configured(params (string Key, string Value)[] settings)
    {
        var host = new ProviderHost();
        host.Services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("SloRollback:" + s.Key, (string?)s.Value)))
            .Build());
        return host;
    }

    private static IReadOnlyList<ConfigurationFault> Faults(ProviderHost host, params MonitoredService[] services)
    {
        var context = new ConfigurationCheckContext([.. services]);
        foreach (var check in host.Provider.GetServices<IConfigurationCheck>())
            check.Check(context);
        return context.Faults;
    }

    private static MonitoredService Service(string name, string workload, string infrastructure = "", string provider = "kubernetes") => new()
    {
        Id = new ServiceId(name, "test"),
        Path = $"SloRollback:Services:{name}",
        Target = new DeploymentTarget { Provider = provider, Infrastructure = infrastructure, Workload = workload },
    };
}
