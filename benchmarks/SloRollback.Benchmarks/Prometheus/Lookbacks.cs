using NodaTime;
using SloRollback.Deployments;
using SloRollback.Evaluation;
using SloRollback.Indicators;
using SloRollback.Rollbacks;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>What the engine does with a read: every look-back from 5 minutes to 30 days of each objective, judged anew, and the status.</summary>
internal sealed class Lookbacks(int objectives)
{
    private static readonly Dictionary<DeploymentTarget, TargetHistory> Histories = [];
    private static readonly HashSet<RollbackId> None = [];
    private readonly Fleet fleet = new(objectives, days: 30);
    private long step = 30 * 24 * 60;

    public void Count(SliReadResult read)
    {
        var readings = new ObjectiveReadings[objectives];
        for (var row = 0; row < objectives; row++)
            readings[row] = new ObjectiveReadings(read.Outcomes[row], step, read.Table.Row(row).ToArray());

        step++;
        var now = StepGrid.StartOf(step, Duration.FromMinutes(1));
        var output = Engine.Step(fleet.State, new EngineInput(readings, Histories, GuardState.Empty, now, None));
        if (output.Status.Objectives.Length != objectives)
            throw new InvalidOperationException("objectives are lacking");
    }
}
