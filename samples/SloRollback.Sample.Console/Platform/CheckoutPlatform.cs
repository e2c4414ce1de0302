using System.Net.Sockets;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Rollbacks;
using SloRollback.Sample.Checkout;

namespace SloRollback.Sample.Platform;

/// <summary>
/// Stands for Kubernetes, a cloud or a deploy script: it runs some replicas and replaces their version one after the other. It tells
/// the engine of every deployment, which is all that a host without a watched platform has to do.
/// </summary>
internal sealed class CheckoutPlatform(
    IReadOnlyList<int> ports, Dependency dependency, IDeploymentRecorder recorder, TimeProvider time) : IAsyncDisposable
{
    public const string Provider = "demo";
    public const string Workload = "checkout";

    private readonly Lock gate = new();
    private readonly List<Rollout> rollouts = [];

    public static DeploymentTarget Target { get; } = new() { Provider = Provider, Workload = Workload };

    public IReadOnlyList<Replica> Replicas { get; } = [.. ports.Select((port, i) => new Replica(i + 1, port, dependency, time))];

    /// <summary>What service discovery tells a scraper: the replicas that serve at the moment.</summary>
    public IEnumerable<Uri> MetricsAddresses =>
        Replicas.Where(r => r.State == ReplicaState.Serving).Select(r => new Uri(r.Address!, "/metrics"));

    /// <summary>The newest rollout; <see langword="null"/> before the first.</summary>
    public Rollout? Current
    {
        get { lock (gate) return rollouts.LastOrDefault(); }
    }

    /// <summary>Rolls a version out. Returns once the rollout has begun.</summary>
    public Rollout Release(AppVersion version)
    {
        lock (gate) return Begin(version, rollback: null);
    }

    /// <summary>The rollout that a rollback led to, if it was ever accepted.</summary>
    public Rollout? FindRollback(RollbackId id)
    {
        lock (gate) return rollouts.Find(r => r.Rollback == id);
    }

    /// <summary>
    /// Brings an earlier version back, if what runs is still what the caller saw. The same id twice is one rollback; both tests and
    /// the beginning are one step, so that nothing can slip between.
    /// </summary>
    /// <returns>The rollout; <see langword="null"/> when the workload moved or the version was never here.</returns>
    public Rollout? TryRollBack(RollbackId id, string version, string identity)
    {
        lock (gate)
        {
            if (FindRollback(id) is { } earlier)
                return earlier;

            var known = rollouts.Find(r => r.Version.Name == version);
            return known is null || rollouts[^1].Identity != identity ? null : Begin(known.Version, id);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Current?.Supersede();
        foreach (var rollout in rollouts)
        {
            await rollout.Completion;
            rollout.Dispose();
        }

        foreach (var replica in Replicas) await replica.DisposeAsync();
    }

    private Rollout Begin(AppVersion version, RollbackId? rollback)
    {
        var previous = rollouts.LastOrDefault();
        var rollout = new Rollout(rollouts.Count + 1, version, Now(), rollback);
        rollouts.Add(rollout);
        previous?.Supersede();
        recorder.Record(rollout.ToDeployment());
        rollout.Completion = Task.Run(() => RunAsync(rollout, previous));
        return rollout;
    }

    private async Task RunAsync(Rollout rollout, Rollout? previous)
    {
        if (previous is not null) await previous.Completion;
        try
        {
            foreach (var replica in Replicas)
                await replica.RestartAsync(rollout.Version, rollout.Superseded);
            rollout.End(DeploymentOutcome.Completed, Now());
        }
        catch (OperationCanceledException)
        {
            rollout.End(DeploymentOutcome.Superseded, Now());
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // A port is taken or forbidden: the replica stays down.
            rollout.End(DeploymentOutcome.GivenUp, Now(), e.Message);
        }

        recorder.Record(rollout.ToDeployment());
    }

    private Instant Now() => Instant.FromDateTimeOffset(time.GetUtcNow());
}
