using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Evaluation;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Prometheus.Tests.RealServer.Blocks;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>What the engine counts of steps that it asks for one after the other, gaps again as it wants them.</summary>
internal sealed class LiveBook(SourceUnderTest source)
{
    private static readonly Dictionary<DeploymentTarget, TargetHistory> Histories = [];
    private static readonly HashSet<RollbackId> None = [];
    private readonly EngineState state = new(new EngineSettings(), [Service(source.Queries)]);

    /// <summary>Reads the next step, who lacks the same steps together, and has it evaluated.</summary>
    public async Task ReadAsync(long step)
    {
        var readings = new ObjectiveReadings[source.Queries.Length];
        foreach (var together in Enumerable.Range(0, readings.Length).GroupBy(i => First(state.Objectives[i], step)))
        {
            var (members, first) = (together.ToArray(), together.Key);
            var queries = members.Length == readings.Length ? source.Queries : [.. members.Select(i => source.Queries[i])];
            var result = await source.ReadAsync(queries, first, (int)(step + 1 - first));
            for (var i = 0; i < members.Length; i++)
                readings[members[i]] = new ObjectiveReadings(result.Outcomes[i], first, result.Table.Row(i).ToArray());
        }

        var now = StepGrid.StartOf(step + 1, Duration.FromMinutes(1));
        Engine.Step(state, new EngineInput(readings, Histories, GuardState.Empty, now, None));
    }

    public void AddTo(EventTotals[] totals)
    {
        for (var i = 0; i < totals.Length; i++)
        {
            var budget = state.Objectives[i].Counts.Budget();
            totals[i] += new EventTotals(budget.Bad, budget.Valid);
        }
    }

    // Not what came before the stretch.
    private long First(ObjectiveState objective, long step) => objective.Tracker!.HasStarted ? state.FirstToRead(objective, step) : step;

    private static MonitoredService Service(ImmutableArray<SliQuery> queries) => new()
    {
        Id = new ServiceId("all", "benchmark"),
        Objectives =
        [
            .. queries.Select(q => new Objective
            {
                Id = q.Id,
                Target = new ObjectiveTarget(0.999m),
                Period = CompliancePeriod.Rolling(Duration.FromDays(30)),
                Indicator = q.Indicator,
            }),
        ],
    };
}
