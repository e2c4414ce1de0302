using SloRollback.Hosting.Evaluation;
using SloRollback.Sample.Checkout;
using SloRollback.Sample.Platform;

namespace SloRollback.Sample.Scenarios;

/// <summary>What a scenario acts on: the platform, the dependency, and what the engine says about them.</summary>
internal sealed class Stage(CheckoutPlatform platform, Dependency dependency, ISloRollbackMonitor monitor, Story story, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FirstCounts = TimeSpan.FromSeconds(15);

    public Dependency Dependency => dependency;

    public EngineStatus Status => monitor.Current;

    /// <summary>Rolls v1 out where nothing ran before.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        Tell("v1", "v1 is rolled out.");
        await platform.Release(new AppVersion("v1")).Completion.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Lets v1 serve until it is known to be good, and until its own rollout has left the rollback window: it cannot be blamed then.
    /// </summary>
    public async Task ProveAsync(CancellationToken cancellationToken)
    {
        Tell("", $"v1 serves alone. It has to prove itself, and to leave the rollback window of {CheckoutObjective.Window.TotalSeconds:0} s.");
        var proven = Task.Delay(CheckoutObjective.Window.ToTimeSpan() + TimeSpan.FromSeconds(1), time, cancellationToken);
        await Task.WhenAny(proven, Task.Delay(FirstCounts, time, cancellationToken));
        if (Status.Objectives.All(o => o.Budget.Valid == 0))
            throw new NothingMeasuredException(Status.Objectives.FirstOrDefault()?.Detail ?? "");

        await proven;
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
