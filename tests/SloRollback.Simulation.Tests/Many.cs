using System.Collections.Concurrent;
using SloRollback.Simulation.Tests.Engine;

namespace SloRollback.Simulation.Tests;

/// <summary>Many runs, on all processors.</summary>
internal static class Many
{
    private const int Most = 100;
    private const int MostOfOne = 3;

    /// <summary>Runs seeds; throws when one breaks an invariant, and says how to see it again.</summary>
    public static Tally Run(int first, int count, CancellationToken cancellationToken, Action<long>? progress = null)
    {
        var tally = new Tally();
        var broken = new ConcurrentQueue<Run>();
        var gate = new Lock();
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(first, first + count, options, (seed, loop) =>
        {
            var run = Engine.Run.Of(seed);
            if (run.Violation is not null)
                broken.Enqueue(run);
            if (broken.Count >= Most)
                loop.Stop();
            lock (gate)
            {
                tally.Add(run.Tally);
                progress?.Invoke(tally.Runs);
            }
        });
        return broken.IsEmpty ? tally : throw new InvalidOperationException(string.Join('\n', broken.OrderBy(r => r.Seed).GroupBy(r => r.Violation!.Invariant).OrderBy(g => g.Key).SelectMany(g => g.Take(MostOfOne)).Select(Line)));
    }

    private static string Line(Run run) => $"seed {run.Seed}: {run.Violation!.Message}. To see it: bash tests/simulate.sh --seed {run.Seed}";
}
