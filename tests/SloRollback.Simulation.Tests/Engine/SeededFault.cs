using SloRollback.Rollbacks;
using SloRollback.Simulation.Tests.World;

namespace SloRollback.Simulation.Tests.Engine;

/// <summary>A fault of a journal that is put in on purpose, to see whether it is found. Those of the engine's own code are mutants, by script.</summary>
internal sealed record SeededFault(string Name, Func<Universe, Invariants, JournalServer> Journal)
{
    public static IReadOnlyList<SeededFault> All { get; } =
    [
        new("the journal does not test the version", (u, i) => new WithoutSwap(u, i)),
        new("the journal does not test the pauses", (u, i) => new WithoutPause(u, i)),
        new("the journal says written before it is", (u, i) => new Forgetful(u, i)),
        new("the journal loses the outbox", (u, i) => new WithoutOutbox(u, i)),
    ];

    public override string ToString() => Name;

    private sealed class WithoutSwap(Universe universe, Invariants invariants) : JournalServer(universe, invariants)
    {
        public override JournalWriteResult Write(JournalWriteRequest request)
        {
            // Whoever writes last is right, whatever it had read.
            var stored = request.Record is { } r ? Read(new JournalReadRequest()).Rollbacks.FirstOrDefault(s => s.Id == r.Id)?.Version ?? 0 : 0;
            return base.Write(request.Record is { } record ? request with { Record = record with { Version = stored + 1 } } : request);
        }
    }

    private sealed class WithoutPause(Universe universe, Invariants invariants) : JournalServer(universe, invariants)
    {
        public override JournalWriteResult Write(JournalWriteRequest request) => base.Write(request with { UnlessPaused = [] });
    }

    private sealed class Forgetful(Universe universe, Invariants invariants) : JournalServer(universe, invariants)
    {
        private int writes;

        public override JournalWriteResult Write(JournalWriteRequest request) =>
            ++writes % 7 == 0 ? new JournalWriteResult { Status = JournalWriteStatus.Written } : base.Write(request);
    }

    private sealed class WithoutOutbox(Universe universe, Invariants invariants) : JournalServer(universe, invariants)
    {
        public override JournalWriteResult Write(JournalWriteRequest request) => base.Write(request with { Outbox = [] });
    }
}
