using NodaTime;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Rollbacks;
using SloRollback.Services;
using SloRollback.Simulation.Tests.Engine;

namespace SloRollback.Simulation.Tests.World;

/// <summary>What happens to the engine in a run: releases, people, outages, crashes, clocks. All of it drawn before or while it goes on, from the one seed.</summary>
internal sealed class Scene(Universe universe, IReadOnlyList<Replica> replicas, JournalServer journal)
{
    /// <summary>For how long things go wrong. What is open then must come to its end.</summary>
    public static readonly Duration Length = Duration.FromMinutes(45);

    private static readonly Instant End = Universe.Start + Length;

    private Dice Dice => universe.Dice;

    private Timeline Timeline => universe.Timeline;

    /// <summary>The bad releases that nobody interfered with.</summary>
    public List<(Workload Workload, Change Change)> Bad { get; } = [];

    public void Begin()
    {
        foreach (var workload in universe.Workloads)
        {
            workload.Deploy(universe.NewRelease(workload, 0), Duration.FromSeconds(20));
            Release(workload, Universe.Start + Dice.Evenly(Duration.FromMinutes(7), Duration.FromMinutes(20)));
        }

        foreach (var replica in replicas)
        {
            replica.Planned = request => Interfere(universe[request.Target]);
            Timeline.At(Universe.Start + Dice.Evenly(Duration.FromSeconds(1), Duration.FromMinutes(2)), replica.Start);
        }

        if (universe.Weather.IsCalm)
            return;

        Often(universe.Weather.ClockSteps, StepClock);
        Often(universe.Weather.Outages, GoDown);
        Often(universe.Weather.People, () => Surprise(Dice.Pick([.. universe.Workloads])));
        Often(30, Answer);
        Often(universe.Weather.Crashes * 100, () => Dice.Pick([.. replicas]).Crash("some moment"));
    }

    /// <summary>Nothing goes wrong any more; what did has its consequences still.</summary>
    public void CalmDown()
    {
        universe.Network.Weather = new Weather { Slowest = Duration.FromMilliseconds(50) };
        universe.Network.Down.Clear();
        foreach (var replica in replicas)
        {
            replica.Time.Offset = Duration.Zero;
            replica.Platform.Lag = Duration.Zero;
            if (!replica.IsAlive)
                replica.Start();
        }
    }

    private void Often(double perHour, Action happens)
    {
        if (perHour <= 0)
            return;

        var next = Dice.Between(Duration.FromSeconds(10), Duration.FromHours(3) / perHour);
        Timeline.After(next, () =>
        {
            if (Timeline.Now >= End)
                return;

            happens();
            Often(perHour, happens);
        });
    }

    private void Release(Workload workload, Instant at) => Timeline.At(at, () =>
    {
        if (Timeline.Now >= End)
            return;

        // Most releases that matter here are bad, and most of those very.
        var share = universe.Weather.IsCalm ? 0.5 : Dice.Pick(0, 0.02, 0.3, 0.5, 1);
        workload.Deploy(
            universe.NewRelease(workload, share),
            Dice.Between(Duration.FromSeconds(10), Duration.FromMinutes(4)),
            givesUp: !universe.Weather.IsCalm && Dice.Chance(0.1),
            isUnsafe: !universe.Weather.IsCalm && Dice.Chance(0.05));
        if (universe.Weather.IsCalm)
            Bad.Add((workload, workload.Current));
        else
            Release(workload, Timeline.Now + Dice.Evenly(Duration.FromMinutes(1), Duration.FromMinutes(30)));
    });

    // Between the plan and the rollback: the moment that matters.
    private void Interfere(Workload workload)
    {
        if (!universe.Weather.IsCalm && Timeline.Now < End && Dice.Chance(universe.Weather.People / 40))
            Timeline.After(Dice.Between(Duration.FromMilliseconds(1), Duration.FromMinutes(1)), () => Surprise(workload));
    }

    private void Surprise(Workload workload)
    {
        switch (Dice.Next(8))
        {
            case 0 or 1:
                workload.Deploy(universe.NewRelease(workload, Dice.Pick(0, 0, 0.5)), Dice.Between(Duration.FromSeconds(5), Duration.FromMinutes(3)));
                break;
            case 2:
                workload.Recreate(workload.Current.Release);
                break;
            case 3:
                workload.Deploy(Dice.Pick([.. workload.Changes]).Release, Duration.FromSeconds(30), isRollback: Dice.Chance(0.5));
                break;
            case 4:
                ByHand(workload);
                break;
            case 5:
                universe.Fail(Timeline.Now, Timeline.Now + Dice.Between(Duration.FromMinutes(1), Duration.FromMinutes(15)), Dice.Pick(0.03, 0.5), Dice.Pick<ServiceId?>(null, universe.Options.Services[0].Id));
                break;
            default:
                Pause(workload);
                break;
        }
    }

    private void Pause(Workload workload)
    {
        var service = universe.Options.Services.First(s => s.Target == workload.Target);
        var scope = Dice.Pick("", $"{service.Id}", $"{service.Id}/availability/fast");
        Ask(operations => operations.PauseAsync(scope, "ann", "", CancellationToken.None));
        Timeline.After(Dice.Between(Duration.FromSeconds(10), Duration.FromMinutes(15)), () =>
            journal.SetPause(new PauseRequest { Scope = scope, By = "ann", At = Timeline.Now }));
    }

    private void ByHand(Workload workload)
    {
        var service = universe.Options.Services.First(s => s.Target == workload.Target);
        Ask(operations => operations.RollBackAsync(
            new ManualRollbackRequest
            {
                Service = service.Id,
                By = "ann",
                Reason = "it smells",
                To = Dice.Chance(0.5) ? Dice.Pick([.. workload.Changes]).Release.Revision.Id : "",
                Overrides = Dice.Chance(0.5) ? ManualRollbackDecider.Overridable : [],
            },
            CancellationToken.None));
    }

    private void Answer()
    {
        foreach (var record in journal.Read(new JournalReadRequest()).Rollbacks.Where(r => r.State == RollbackState.AwaitingApproval))
        {
            if (Dice.Chance(0.6))
                Ask(operations => operations.ApproveAsync(record.Id, "bob", CancellationToken.None));
            else if (Dice.Chance(0.2))
                Ask(operations => operations.RejectAsync(record.Id, "bob", "no", CancellationToken.None));
        }
    }

    private void Ask(Func<IRollbackOperations, Task> question)
    {
        var alive = replicas.Where(r => r.IsAlive).ToList();
        if (alive.Count > 0)
            _ = question(alive[Dice.Next(alive.Count)].Operations);
    }

    private void StepClock()
    {
        var by = Dice.Between(Duration.FromSeconds(1), Duration.FromMinutes(10));
        var clock = Dice.Pick([.. replicas]);
        clock.Time.Offset += Dice.Chance(0.5) ? by : -by;
        universe.Trace.Add(() => $"{clock}'s clock is off by {clock.Time.Offset}");
        if (Dice.Chance(0.5))
            Timeline.After(Dice.Between(Duration.FromMinutes(1), Duration.FromMinutes(20)), () => clock.Time.Offset = Duration.Zero);
    }

    private void GoDown()
    {
        var length = Dice.Between(Duration.FromSeconds(5), Duration.FromMinutes(8));
        if (Dice.Chance(0.25))
        {
            var replica = Dice.Pick([.. replicas]);
            replica.Platform.Lag = length;
            Timeline.After(length, () => replica.Platform.Lag = Duration.Zero);
            return;
        }

        var server = Dice.Pick("journal", "platform", "notifier", SourceClient.Name);
        universe.Trace.Add(() => $"{server} is down for {length}");
        universe.Network.Down.Add(server);
        Timeline.After(length, () => universe.Network.Down.Remove(server));
    }
}
