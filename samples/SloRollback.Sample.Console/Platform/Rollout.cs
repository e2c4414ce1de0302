using NodaTime;
using SloRollback.Deployments;
using SloRollback.Rollbacks;
using SloRollback.Sample.Checkout;

namespace SloRollback.Sample.Platform;

/// <summary>One change of what runs: a release, or a rollback. The platform keeps all of them, as marks of what was done.</summary>
internal sealed class Rollout(int number, AppVersion version, Instant startedAt, RollbackId? rollback) : IDisposable
{
    private readonly CancellationTokenSource superseded = new();

    public AppVersion Version => version;

    /// <summary>The rollback that asked for it; <see langword="null"/> for a release.</summary>
    public RollbackId? Rollback => rollback;

    public Instant? EndedAt { get; private set; }

    public DeploymentOutcome Outcome { get; private set; }

    /// <summary>Why it was given up, or empty.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Done when the rollout has ended, one way or another. Never fails.</summary>
    public Task Completion { get; set; } = Task.CompletedTask;

    public CancellationToken Superseded => superseded.Token;

    /// <summary>What this rollout left running, in a word that no other rollout shares.</summary>
    public string Identity { get; } = $"{version.Name}#{number}";

    public void Supersede() => superseded.Cancel();

    public void End(DeploymentOutcome outcome, Instant at, string fault = "") => (Fault, EndedAt, Outcome) = (fault, at, outcome);

    /// <summary>The rollout in the engine's words.</summary>
    public Deployment ToDeployment() => new()
    {
        Target = CheckoutPlatform.Target,
        Revision = new Revision { Id = version.Name, Name = version.Name },
        StartedAt = startedAt,
        EndedAt = EndedAt,
        Outcome = Outcome,
        IsRollback = rollback is not null,
    };

    public void Dispose() => superseded.Dispose();
}
