using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Kubernetes.Tests.RealCluster;
using SloRollback.Kubernetes.Tests.Support;

namespace SloRollback.Kubernetes.Tests.Takeover;

/// <summary>
/// A Deployment on the real control plane whose second version fails, one replica that leads and another that stands by. Their clocks go
/// together, in small pieces, and only while nothing is under way.
/// </summary>
internal sealed class Scene : IAsyncDisposable
{
    private static readonly TimeSpan Piece = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Bit = TimeSpan.FromMilliseconds(5);

    private readonly Journals journals;
    private readonly List<Replica> replicas = [];

    private Scene(Stage stage, Moment moment, Journals journals, bool helps)
    {
        (Stage, this.journals) = (stage, journals);
        Leader = Start(moment, helps, Journals.Own);
    }

    public Stage Stage { get; }

    public Traffic Traffic { get; } = new();

    public Replica Leader { get; }

    /// <summary>The one that stands by, once it is started.</summary>
    public Replica Follower => replicas[1];

    /// <summary>The version that fails.</summary>
    public Deployment Bad { get; private set; } = null!;

    /// <summary>The time of those who live.</summary>
    public Instant Now => Instant.FromDateTimeOffset(replicas[^1].Time.GetUtcNow());

    /// <summary>How many rollbacks the server took.</summary>
    public int Accepted => replicas.Sum(r => r.Wire.Accepted);

    /// <summary>Opens with version 2 deployed, which begins to fail now.</summary>
    /// <param name="cluster">Where.</param>
    /// <param name="moment">When the leader dies of its own rollback.</param>
    /// <param name="journals">Who remembers what.</param>
    /// <param name="helps">Do the errors end with the rollback?</param>
    public static async Task<Scene> OpenAsync(SharedCluster cluster, Moment moment, Journals journals, bool helps)
    {
        var stage = await Stage.CreateAsync(cluster, Manifests.Of("deployment", "app:v1"));
        await stage.ServedAsync("app:v1");
        var scene = new Scene(stage, moment, journals, helps);
        var leader = scene.Leader;
        await leader.Host.StartAsync(TestContext.Current.CancellationToken);
        await scene.PassUntilAsync(() => leader.IsLeading, "the first replica leads");
        await scene.StartFollowerAsync(helps);

        // The old version must have served alone for a step, and the new one must not begin before the journals did: the server's times
        // are real, and have whole seconds.
        var first = Assert.Single(await leader.DeploymentsAsync());
        var earliest = Instant.Max(first.EndedAt!.Value, scene.Now) + Duration.FromSeconds(2);
        await Wait.UntilAsync(() => SystemClock.Instance.GetCurrentInstant() >= earliest, "the old version to be known as good");
        await stage.DeployAsync("app:v2");
        await stage.ServedAsync("app:v2");
        await scene.PassUntilAsync(async () => await leader.DeploymentsAsync() is [_, { Outcome: DeploymentOutcome.Completed }], "the leader to know of it");
        scene.Bad = (await leader.DeploymentsAsync())[1];
        await scene.PassUntilAsync(() => scene.Now >= scene.Bad.StartedAt + Duration.FromSeconds(1), "it to have begun");
        scene.Traffic.Fail(leader.Time.GetUtcNow());
        return scene;
    }

    public Task PassAsync(Duration length)
    {
        var end = Now + length;
        return PassUntilAsync(() => Now >= end, $"{length} to pass");
    }

    /// <summary>Lets time pass until something holds.</summary>
    public Task PassUntilAsync(Func<bool> condition, string what) => PassUntilAsync(() => Task.FromResult(condition()), what);

    private Task PassUntilAsync(Func<Task<bool>> condition, string what) => Wait.UntilAsync(
        async () =>
        {
            if (await condition())
                return true;

            // A retry waits for its own pause, so time never stands still.
            var living = replicas.Where(r => !r.Wire.IsDead).ToList();
            var piece = living.TrueForAll(r => r.IsIdle) ? Piece : Bit;
            living.ForEach(r => r.Time.Advance(piece));
            return false;
        },
        () => $"{what}\n{string.Join("\n--\n", replicas.Select(r => r.Story))}");

    public async ValueTask DisposeAsync()
    {
        replicas.ForEach(r => r.Dispose());
        await Stage.DisposeAsync();
    }

    private async Task StartFollowerAsync(bool helps)
    {
        var follower = Start(Moment.None, helps, journals);
        await follower.Host.StartAsync(TestContext.Current.CancellationToken);
    }

    private Replica Start(Moment diesAt, bool helps, Journals kept)
    {
        // Whole seconds: a timer for part of a millisecond would never be due on a clock that stands still.
        var now = replicas.Count == 0 ? DateTimeOffset.FromUnixTimeSeconds(SystemClock.Instance.GetCurrentInstant().ToUnixTimeSeconds()) : replicas[0].Time.GetUtcNow();
        var replica = new Replica(Stage.Space, now, Traffic, diesAt, services =>
        {
            if (kept == Journals.Shared)
                services.AddSingleton(Leader.Journal);
            else if (kept == Journals.Younger)
                LateJournal.Replace(services);
        });
        if (helps)
            replica.Wire.OnAccepted = Traffic.Recover;
        replicas.Add(replica);
        return replica;
    }
}
