using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Hosting;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Indicators;
using SloRollback.Services;

namespace SloRollback.Simulation.Tests.World;

/// <summary>Everything outside of the engine: workloads, their traffic and errors, the journal's store, what notifiers delivered.</summary>
internal sealed class Universe
{
    public static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 12, 0);

    private const double RequestsPerStep = 600;
    private readonly List<(Instant From, Instant To, double Share, ServiceId? Service)> outages = [];
    private readonly Dictionary<DeploymentTarget, int> releases = [];

    public Universe(int seed, SloRollbackOptions options, bool isTraced)
    {
        Timeline = new Timeline(Start);
        Trace = new Trace(Timeline, isTraced);
        Dice = new Dice(seed);
        Weather = Weather.Of(Dice);
        Network = new Network(Timeline, Dice, Trace) { Weather = Weather };
        Options = options;
        Store = new InMemoryRollbackJournal(new ReplicaTime(Timeline, () => true));
        Workloads = [.. options.Services.Select(s => new Workload(Timeline, Trace, s.Target!))];
    }

    public Timeline Timeline { get; }

    public Trace Trace { get; }

    public Dice Dice { get; }

    public Weather Weather { get; }

    public Network Network { get; }

    public SloRollbackOptions Options { get; }

    /// <summary>What a durable journal has on its disk.</summary>
    public InMemoryRollbackJournal Store { get; }

    public ImmutableArray<Workload> Workloads { get; }

    /// <summary>The keys of the notifications that were delivered.</summary>
    public HashSet<string> Delivered { get; } = [];

    public Instant Now => Timeline.Now;

    public Workload this[DeploymentTarget target] => Workloads.First(w => w.Target == target);

    /// <summary>A release that nobody has seen yet.</summary>
    public Release NewRelease(Workload workload, double badShare)
    {
        var number = releases[workload.Target] = releases.GetValueOrDefault(workload.Target) + 1;
        return new Release(new Revision { Id = $"{workload.Target.Workload}-sha-{number}", Name = $"v{number}" }, badShare);
    }

    /// <summary>Errors that come from elsewhere: of one service, or of all.</summary>
    public void Fail(Instant from, Instant to, double share, ServiceId? service) => outages.Add((from, to, share, service));

    /// <summary>What was true in a step that is over.</summary>
    public SliCell Cell(ServiceId service, StepGrid grid, long step)
    {
        var start = StepGrid.StartOf(step, grid.Step);
        var end = start + grid.Step;
        var monitored = Options.Services.First(s => s.Id == service);
        var bad = end <= Start ? 0 : this[monitored.Target!].BadShare(start, end);
        foreach (var outage in outages.Where(o => (o.Service is null || o.Service == service) && o.From < end && o.To > start))
            bad += outage.Share * ((Instant.Min(outage.To, end) - Instant.Max(outage.From, start)) / grid.Step);
        return new SliCell(StepState.Measured, Math.Round(RequestsPerStep * Math.Min(bad, 1)), RequestsPerStep);
    }
}
