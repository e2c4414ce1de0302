using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;
using SloRollback.Hosting.Evaluation;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Prometheus.Tests.RealServer;
using SloRollback.Rollbacks;
using SloRollback.Sample;
using SloRollback.Sample.Scenarios;

namespace SloRollback.EndToEnd.Tests.RealCluster;

/// <summary>
/// All of it for real: a control plane with a Deployment of three pods under load, a Prometheus server that scrapes them every second,
/// and a host with the engine, which reads the one and acts on the other. Version 1 runs.
/// </summary>
internal sealed class ClusterProduction : IAsyncDisposable
{
    private const string Workload = "checkout", Space = "shop";

    private static readonly Duration Window = Duration.FromSeconds(15);
    private readonly DirectoryInfo evidence = Directory.CreateTempSubdirectory("slorollback-evidence-");
    private ControlPlane? plane;
    private IKubernetes? kube;
    private ClusterService? service;
    private PrometheusServer? prometheus;
    private IHost? host;

    private ClusterProduction()
    {
    }

    public EngineStatus Status => host!.Services.GetRequiredService<ISloRollbackMonitor>().Current;

    public RuleStatus? Rule => Status.Objectives.SelectMany(o => o.Rules).FirstOrDefault();

    /// <summary>The images of the pods that serve.</summary>
    public IEnumerable<string> Images => service!.Images;

    /// <summary>The evidence documents.</summary>
    public string[] Evidence => [.. evidence.GetFiles("*.json").Select(f => f.FullName)];

    public static async Task<ClusterProduction> StartAsync()
    {
        Assert.SkipWhen(PrometheusServer.FindExecutable() is null, PrometheusServer.SkipReason);
        Assert.SkipUnless(ControlPlane.IsAvailable, ControlPlane.SkipReason);
        var production = new ClusterProduction();
        try
        {
            await production.OpenAsync(TestContext.Current.CancellationToken);
            return production;
        }
        catch
        {
            await production.DisposeAsync();
            throw;
        }
    }

    /// <summary>Rolls another image out, as a pipeline does.</summary>
    public async Task DeployAsync(string image)
    {
        var deployment = await kube!.AppsV1.ReadNamespacedDeploymentAsync(Workload, Space);
        deployment.Spec.Template.Spec.Containers[0].Image = image;
        await kube!.AppsV1.ReplaceNamespacedDeploymentAsync(deployment, Workload, Space);
    }

    public Task<V1Deployment> ReadAsync() => kube!.AppsV1.ReadNamespacedDeploymentAsync(Workload, Space);

    /// <summary>What is known, for the message of a failure.</summary>
    public string Describe()
    {
        var objective = Status.Objectives.FirstOrDefault();
        var rollbacks = string.Join("; ", Status.Guards.Rollbacks.Select(r => $"{r.State}: {r.Detail}"));
        return $"at {Status.EvaluatedAt}: {objective?.NewestStep} {objective?.Unmeasured} {objective?.Detail}, {objective?.Budget.Bad:0} of {objective?.Budget.Valid:0} bad, "
            + $"{Rule?.Verdict} {Rule?.Reason}, {Rule?.Decision?.Text}, {rollbacks}; serving: {string.Join(", ", Images)}";
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.StopAsync(CancellationToken.None);
            host.Dispose();
        }

        if (service is not null) await service.DisposeAsync();
        if (prometheus is not null) await prometheus.DisposeAsync();
        kube?.Dispose();
        if (plane is not null) await plane.DisposeAsync();
        evidence.Delete(recursive: true);
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        plane = await ControlPlane.StartAsync(cancellationToken);
        kube = plane.Connect();
        await kube.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = Space } }, cancellationToken: cancellationToken);
        await kube.AppsV1.CreateNamespacedDeploymentAsync(Deployment("app:v1"), Space, cancellationToken: cancellationToken);
        var since = SystemClock.Instance.GetCurrentInstant();
        service = new ClusterService(kube, Space, $"app={Workload}", image => image == "app:v2" ? 0.6 : 0);
        await service.StartAsync(cancellationToken);
        await Waiting.UntilAsync(() => Images.Count() == 3, 30, () => "three pods of v1 serve");
        prometheus = await PrometheusServer.StartAsync([service.Address.Authority], TimeSpan.FromSeconds(1), cancellationToken);

        host = Build();
        await host.StartAsync(cancellationToken);
        await Waiting.UntilAsync(() => Stage.IsProven(Status, since, Window), 120, () => $"v1 is proven. {Describe()}");
    }

    private IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddSloRollback()
            .AddPrometheus(o => o.BaseAddress = prometheus!.Address)
            .AddKubernetes(o => (o.Kubeconfig, o.Namespace) = (plane!.Kubeconfig, Space))
            .WithEvidenceDirectory(evidence.FullName)
            .WithSettings(s => s with
            {
                Step = Duration.FromSeconds(1),
                Settle = Duration.FromSeconds(2),
                ReplaySteps = 1,
                BakeTime = Duration.FromSeconds(5),
                Verification = Duration.FromSeconds(15),
                AllowVolatileJournal = true,
            })
            .AddMonitoredService(Workload, "production", monitored => monitored
                .DeployedOn("kubernetes", $"deployment/{Workload}")
                .Objective("availability", 99m, CompliancePeriod.Rolling(CheckoutObjective.Period), slo => slo
                    .Events(valid: """http_requests_total{job="test"}""", bad: """http_requests_total{job="test",code=~"5.."}""")
                    .RollBack("bad-release", Window, RollbackMode.Automatic, new MultiWindowBurnRateCondition
                    {
                        Long = Duration.FromSeconds(60),
                        Short = Duration.FromSeconds(5),
                        Above = 6,
                        SinceDeployment = true,
                    })));
        return builder.Build();
    }

    private static V1Deployment Deployment(string image) => new()
    {
        Metadata = new V1ObjectMeta { Name = Workload },
        Spec = new V1DeploymentSpec
        {
            Replicas = 3,
            Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = Workload } },
            Template = new V1PodTemplateSpec
            {
                Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = Workload } },
                Spec = new V1PodSpec
                {
                    TerminationGracePeriodSeconds = 0,
                    Containers = [new V1Container { Name = "app", Image = image, Env = [new V1EnvVar { Name = "API_KEY", Value = "do-not-print" }] }],
                },
            },
        },
    };
}
