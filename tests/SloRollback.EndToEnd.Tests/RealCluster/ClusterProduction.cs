using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Hosting.Evaluation;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Notifications;
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

    public const string Staging = "staging";

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

    /// <summary>What every value of a variable begins with.</summary>
    public const string Secret = "do-not-print";

    /// <summary>What the host said.</summary>
    public Recorder Said { get; } = new();

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

    /// <summary>Rolls another image out, as a pipeline does, with another value of its variable.</summary>
    public async Task DeployAsync(string image, string space = Space)
    {
        var deployment = await ReadAsync(space);
        deployment.Spec.Template.Spec.Containers[0].Image = image;
        deployment.Spec.Template.Spec.Containers[0].Env[0].Value = $"{Secret}-{image}";
        await kube!.AppsV1.ReplaceNamespacedDeploymentAsync(deployment, Workload, space);
    }

    public Task<V1Deployment> ReadAsync(string space = Space) => kube!.AppsV1.ReadNamespacedDeploymentAsync(Workload, space);

    /// <summary>Every annotation of the workload, its revisions and its pods.</summary>
    public async Task<IReadOnlyList<string>> AnnotationsAsync()
    {
        var sets = await kube!.AppsV1.ListNamespacedReplicaSetAsync(Space);
        var pods = await kube!.CoreV1.ListNamespacedPodAsync(Space);
        return
        [
            .. sets.Items.Select(s => s.Metadata).Concat(pods.Items.Select(p => p.Metadata)).Append((await ReadAsync()).Metadata)
                .SelectMany(m => m.Annotations ?? new Dictionary<string, string>())
                .Select(a => $"{a.Key}={a.Value}"),
        ];
    }

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
        Said.Dispose();
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        plane = await ControlPlane.StartAsync(cancellationToken);
        kube = plane.Connect();
        foreach (var space in (string[])[Space, Staging])
        {
            await kube.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = space } }, cancellationToken: cancellationToken);
            await kube.AppsV1.CreateNamespacedDeploymentAsync(Deployment("app:v1"), space, cancellationToken: cancellationToken);
        }

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
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Said);
        builder.Services.AddSingleton(new ProviderRegistration(ProviderKind.Notifier, "recorder"));
        builder.Services.AddKeyedSingleton<INotifier>("recorder", Said);
        var slo = builder.AddSloRollback()
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
            });
        Monitor(slo, Workload, $"deployment/{Workload}", RollbackMode.Automatic, isElsewhere: false);

        // Somebody wrote the workload of staging down beside the metrics of production, and somebody else means it.
        Monitor(slo, "mistaken", $"{Staging}/deployment/{Workload}", RollbackMode.Automatic, isElsewhere: false);
        Monitor(slo, "ingress", $"{Staging}/deployment/{Workload}", RollbackMode.Observe, isElsewhere: true);
        return builder.Build();
    }

    private static void Monitor(ISloRollbackBuilder slo, string service, string workload, RollbackMode mode, bool isElsewhere) =>
        slo.AddMonitoredService(service, "production", monitored => monitored
            .DeployedOn("kubernetes", workload)
            .Objective("availability", 99m, CompliancePeriod.Rolling(CheckoutObjective.Period), objective =>
            {
                objective
                    .Events(valid: """http_requests_total{job="test"}""", bad: """http_requests_total{job="test",code=~"5.."}""")
                    .RollBack(
                        "bad-release",
                        Window,
                        mode,
                        new MultiWindowBurnRateCondition
                        {
                            Long = Duration.FromSeconds(60),
                            Short = Duration.FromSeconds(5),
                            Above = 6,
                            SinceDeployment = true,
                        },
                        r => r.Notify("recorder"));
                if (isElsewhere)
                    objective.MeasuredElsewhere();
            }));

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
                    Containers = [new V1Container { Name = "app", Image = image, Env = [new V1EnvVar { Name = "API_KEY", Value = $"{Secret}-{image}" }] }],
                },
            },
        },
    };
}
