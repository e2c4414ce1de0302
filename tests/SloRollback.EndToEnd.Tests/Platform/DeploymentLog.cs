using SloRollback.Deployments;

namespace SloRollback.EndToEnd.Tests.Platform;

/// <summary>Keeps what the platform reports, in order.</summary>
internal sealed class DeploymentLog : IDeploymentRecorder
{
    private readonly Lock gate = new();
    private readonly List<Deployment> recorded = [];

    public IReadOnlyList<Deployment> Recorded
    {
        get { lock (gate) return [.. recorded]; }
    }

    public void Record(Deployment deployment)
    {
        lock (gate) recorded.Add(deployment);
    }
}
