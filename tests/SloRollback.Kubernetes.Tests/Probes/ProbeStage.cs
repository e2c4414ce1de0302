using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Probes;
using SloRollback.Kubernetes.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Tests.Probes;

/// <summary>A stage and its probes.</summary>
internal static class ProbeStage
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ProbeRequest> ProbeAsync(this Stage stage, string image = "app:v1", string id = "rb-0123456789012345") => new()
    {
        Id = new RollbackId(id),
        Target = stage.Target,
        Revision = (await stage.RevisionAsync(image)).ToRevision(),
        Reason = "is it the release?",
    };

    public static Task<ProbeResult> StartAsync(this Stage stage, ProbeRequest request) => Probe(stage).StartAsync(request, Token);

    public static Task<ProbeResult> ReadAsync(this Stage stage, ProbeRequest request) => Probe(stage).ReadAsync(request, Token);

    public static Task<ProbeResult> RemoveAsync(this Stage stage, ProbeRequest request) => Probe(stage).RemoveAsync(request, Token);

    public static Task<ProbeSweepResult> SweepAsync(this Stage stage, params DeploymentTarget[] targets) =>
        Probe(stage).SweepAsync(new ProbeSweepRequest { Targets = [.. targets] }, Token);

    /// <summary>Starts it and waits until it serves.</summary>
    public static async Task<ProbeResult> ServeAsync(this Stage stage, ProbeRequest request)
    {
        var result = await stage.StartAsync(request);
        Assert.True(result.Status == ProbeStatus.Starting, $"{result}");
        await Wait.UntilAsync(async () => (result = await stage.ReadAsync(request)).Status == ProbeStatus.Serving, () => $"a probe that serves, not {result}");
        return result;
    }

    /// <summary>The pods of probes, also those that are on their way out.</summary>
    public static async Task<IReadOnlyList<V1Pod>> ProbePodsAsync(this Stage stage) =>
        [.. (await stage.PodsAsync()).Where(p => p.Metadata.Labels?.ContainsKey(ProbeMarks.Id) == true)];

    public static Task GoneAsync(this Stage stage) => Wait.UntilAsync(async () => (await stage.ProbePodsAsync()).Count == 0, "no probe");

    private static IControlProbe Probe(Stage stage) => stage.Services.GetRequiredKeyedService<IControlProbe>("kubernetes");
}
