using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Hosting;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Notifications;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Hosting.Telemetry;
using SloRollback.Indicators;
using SloRollback.Notifications;
using SloRollback.Rollbacks;
using SloRollback.Simulation.Tests.World;

namespace SloRollback.Simulation.Tests.Engine;

/// <summary>
/// One process with the whole engine in it, the very classes that run in a host. Everything it awaits is answered by the universe, so
/// that its async code runs in one thread, one effect at a time, and stops at any effect when it dies.
/// </summary>
internal sealed class Replica : Process
{
    // One for all: every meter that was ever made is kept by the runtime until it is disposed of.
    private static readonly SloRollbackMetrics Metrics = new();

    private readonly Universe universe;
    private readonly JournalServer journal;
    private ServiceProvider? services;

    public Replica(string name, Universe universe, JournalServer journal)
        : base(name)
    {
        (this.universe, this.journal) = (universe, journal);
        Time = NewTime();
        Platform = new PlatformClient(universe, this);
        KnowsClocks = universe.Dice.Chance(0.5);
    }

    public ReplicaTime Time { get; private set; }

    public PlatformClient Platform { get; }

    /// <summary>Do metric source and platform tell it what time it is there?</summary>
    public bool KnowsClocks { get; }

    public IRollbackOperations Operations => services!.GetRequiredService<IRollbackOperations>();

    public int Crashes { get; private set; }

    /// <summary>Called when the platform was asked for a plan: the moment at which people like to interfere.</summary>
    public Action<RollbackRequest> Planned { get; set; } = _ => { };

    /// <summary>Called with what must not happen: an exception that leaves an evaluation.</summary>
    public Action<Exception> Threw { get; set; } = _ => { };

    protected override void OnStart()
    {
        universe.Trace.Add(() => $"{this} starts");
        Time = NewTime();
        services = Build();
        _ = EvaluateAsync(services.GetRequiredService<Evaluator>());
        _ = SendAsync(services.GetRequiredService<NotificationDispatcher>(), ActivatorUtilities.CreateInstance<NotificationService>(services), ActivatorUtilities.CreateInstance<OutboxService>(services));
    }

    protected override void OnCrash(string when)
    {
        Crashes++;
        universe.Trace.Add(() => $"{this} dies at {when}");
        universe.Timeline.After(universe.Dice.Between(Duration.FromSeconds(2), Duration.FromMinutes(4)), Restart);
    }

    private void Restart()
    {
        if (!IsAlive)
            Start();
    }

    // The clock is the machine's and survives the process.
    private ReplicaTime NewTime()
    {
        var epoch = Epoch;
        return new ReplicaTime(universe.Timeline, () => IsAlive && Epoch == epoch) { Offset = Time?.Offset ?? Duration.Zero };
    }

    // The loop of EvaluationService without its threads.
    private async Task EvaluateAsync(Evaluator evaluator)
    {
        while (true)
        {
            var settings = universe.Options.Settings;
            var next = Instant.FromDateTimeOffset(Time.GetUtcNow()) + settings.Step;
            try
            {
                next = await evaluator.EvaluateAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Threw(e);
            }

            var wait = next - Instant.FromDateTimeOffset(Time.GetUtcNow());
            await Task.Delay(Duration.Max(Duration.FromMilliseconds(1), Duration.Min(wait, settings.Step)).ToTimeSpan(), Time).ConfigureAwait(false);
        }
    }

    // The loops of NotificationService and OutboxService.
    private async Task SendAsync(NotificationDispatcher dispatcher, NotificationService sender, OutboxService outbox)
    {
        while (true)
        {
            try
            {
                await outbox.TryTurnAsync(CancellationToken.None).ConfigureAwait(false);
                while (dispatcher.Queue.TryRead(out var next))
                    await sender.SendAsync(next, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Threw(e);
            }

            await Task.Delay(TimeSpan.FromSeconds(30), Time).ConfigureAwait(false);
        }
    }

    private ServiceProvider Build()
    {
        var collection = new ServiceCollection();
        EngineServices.Add(collection);
        collection.AddSingleton<TimeProvider>(Time);
        collection.AddSingleton(Metrics);
        collection.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        collection.AddSingleton(Options.Create(universe.Options));
        collection.AddSingleton<IDateTimeZoneProvider>(DateTimeZoneProviders.Tzdb);
        collection.AddSingleton<IRollbackJournal>(new JournalClient(universe, this, journal));
        collection.AddSingleton(new ProviderRegistration(ProviderKind.MetricSource, Rules.Source));
        collection.AddKeyedSingleton<IMetricSource>(Rules.Source, new SourceClient(universe, this));
        collection.AddKeyedSingleton<IDeploymentRollbacker>(Rules.Platform, Platform);
        collection.AddKeyedSingleton<IDeploymentHistory>(Rules.Platform, Platform);
        collection.AddKeyedSingleton<INotifier>(Rules.Notifier, new NotifierClient(universe, this));
        return collection.BuildServiceProvider();
    }
}
