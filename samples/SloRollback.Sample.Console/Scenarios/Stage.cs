using NodaTime;
using SloRollback.Deployments;
using SloRollback.Hosting.Evaluation;
using SloRollback.Sample.Checkout;
using SloRollback.Sample.Platform;

namespace SloRollback.Sample.Scenarios;

/// <summary>What a scenario acts on: the platform, the dependency, and what the engine says about them.</summary>
internal sealed class Stage(CheckoutPlatform platform, Dependency dependency, ISloRollbackMonitor monitor, Story story, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private const double MeasuredShare = 0.85;
    private const double FewestCounts = 100;
    private static readonly TimeSpan FirstCounts = TimeSpan.FromSeconds(15);

    public Dependency Dependency => dependency;

    public EngineStatus Status => monitor.Current;

    /// <summary>Rolls v1 out where nothing ran before.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        Tell("v1", "v1 is rolled out.");
        var rollout = platform.Release(new AppVersion("v1"));
        await rollout.Completion.WaitAsync(cancellationToken);
        if (rollout.Outcome != DeploymentOutcome.Completed)
            throw new StageException($"v1 could not be rolled out: {rollout.Fault}");
    }

    /// <summary>
    /// Lets v1 serve until it is known to be good, and until its own rollout has left the rollback window: it cannot be blamed then.
    /// </summary>
    public async Task ProveAsync(CancellationToken cancellationToken)
    {
        var window = CheckoutObjective.Window.TotalSeconds;
        Tell("", $"v1 serves alone. It has to prove itself, and to leave the rollback window of {window:0} s.");
        var since = platform.Current?.EndedAt ?? Instant.MaxValue;
        var proven = UntilAsync(status => IsProven(status, since, CheckoutObjective.Window) ? status : null, cancellationToken);
        await Task.WhenAny(proven, WaitAsync(FirstCounts, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (Status.Objectives.All(o => o.Budget.Valid < FewestCounts))
            throw new NothingMeasuredException(Status.Objectives.FirstOrDefault()?.Detail ?? "");

        await proven;
    }

    /// <summary>
    /// Is a version that has served alone since a moment out of its window, and on record as good? The engine asks that 80 % of the
    /// time was measured, and the first steps after a start never are.
    /// </summary>
    public static bool IsProven(EngineStatus status, Instant since, Duration window)
    {
        var served = status.EvaluatedAt - since;
        return served > window && status.Objectives.All(o => CheckoutObjective.Period * o.Budget.Coverage >= served * MeasuredShare);
    }

    public void Release(AppVersion version) => platform.Release(version);

    /// <summary>Notes a moment of the story; a label marks it in the picture at the end.</summary>
    public void Tell(string label, string text) => story.Tell(label, text);

    public Task WaitAsync(TimeSpan length, CancellationToken cancellationToken) => Task.Delay(length, time, cancellationToken);

    /// <summary>Waits until the engine's status shows something.</summary>
    public async Task<T> UntilAsync<T>(Func<EngineStatus, T?> look, CancellationToken cancellationToken)
        where T : class
    {
        using var timer = new PeriodicTimer(Poll, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (look(monitor.Current) is { } seen)
                return seen;
        }

        throw new OperationCanceledException();
    }
}
