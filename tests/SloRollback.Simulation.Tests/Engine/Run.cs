using System.Runtime.ExceptionServices;
using NodaTime;
using SloRollback.Rollbacks;
using SloRollback.Simulation.Tests.World;

namespace SloRollback.Simulation.Tests.Engine;

/// <summary>One run: three quarters of an hour in which things go wrong, and the time after it in which everything must come to its end.</summary>
internal sealed class Run
{
    private static readonly Duration Rest = Duration.FromMinutes(25);

    private Run(int seed, Tally tally, ViolationException? violation, IReadOnlyList<string> trace) =>
        (Seed, Tally, Violation, Trace) = (seed, tally, violation, trace);

    public int Seed { get; }

    public Tally Tally { get; }

    public ViolationException? Violation { get; }

    public IReadOnlyList<string> Trace { get; }

    /// <summary>Runs a seed. The same seed is the same run, in every process.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="isTraced">Keep what happened, line by line?</param>
    /// <param name="faults">A fault to be found; <see langword="null"/> for none.</param>
    public static Run Of(int seed, bool isTraced = false, SeededFault? faults = null)
    {
        var options = Rules.Of(new Dice(~seed));
        var universe = new Universe(seed, options, isTraced);
        var invariants = new Invariants(universe);
        var journal = faults?.Journal(universe, invariants) ?? new JournalServer(universe, invariants);
        Exception? thrown = null;
        Replica[] replicas = [.. Enumerable.Range(1, 2 + universe.Dice.Next(2)).Select(i => new Replica($"replica-{i}", universe, journal) { Threw = e => thrown ??= e })];
        foreach (var workload in universe.Workloads)
            workload.Changing = request => invariants.Changing(workload, request);
        var scene = new Scene(universe, replicas, journal);
        ViolationException? violation = null;
        try
        {
            scene.Begin();
            universe.Timeline.RunUntil(Universe.Start + Scene.Length, Check);
            scene.CalmDown();
            universe.Timeline.RunUntil(Universe.Start + Scene.Length + Rest, Check);
            invariants.AtTheEnd();
            foreach (var (workload, change) in scene.Bad.Where(_ => options.Services[0].Objectives[0].Rules[0].Rollback!.Mode == RollbackMode.Automatic))
            {
                if (workload.Current.Release.BadShare > 0)
                    throw new ViolationException(0, $"nothing went wrong, and {change.Release} still runs");
            }
        }
        catch (ViolationException e)
        {
            universe.Trace.Add(() => e.Message);
            violation = e;
        }

        invariants.Tally.Runs = 1;
        invariants.Tally.Events = universe.Timeline.Events;
        invariants.Tally.Crashes = replicas.Sum(r => r.Crashes);
        return new Run(seed, invariants.Tally, violation, universe.Trace.Lines);

        void Check()
        {
            if (thrown is ViolationException broken)
                ExceptionDispatchInfo.Throw(broken);
            if (thrown is not null)
                throw new ViolationException(0, $"an exception left the evaluation: {thrown}");
        }
    }
}
