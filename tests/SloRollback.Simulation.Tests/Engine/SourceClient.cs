using SloRollback.Indicators;
using SloRollback.Simulation.Tests.World;

namespace SloRollback.Simulation.Tests.Engine;

/// <summary>A replica's metric source: the truth of every step that is over, unless it is down.</summary>
internal sealed class SourceClient(Universe universe, Replica replica) : IMetricSource
{
    public const string Name = "metric source";

    public Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken)
    {
        if (universe.Network.Down.Contains(Name))
            return Task.FromResult(new SliReadResult { Outcomes = [.. request.Queries.Select(_ => SliOutcome.Failed(UnmeasuredReason.SourceFault, "down", transient: true))] });

        var table = new SliTable([.. request.Queries.Select((_, i) => new SliRowKey(i))], request.Grid.Count);
        for (var row = 0; row < request.Queries.Length; row++)
        {
            var service = universe.Options.Services.First(s => s.Objectives[0].Indicator == request.Queries[row].Indicator);
            for (var i = 0; i < request.Grid.Count; i++)
            {
                var step = request.Grid.First + i;
                table.Row(row)[i] = StepGrid.StartOf(step + 1, request.Grid.Step) <= universe.Now
                    ? universe.Cell(service.Id, request.Grid, step)
                    : new SliCell(StepState.Unmeasured, 0, 0);
            }
        }

        return Task.FromResult(new SliReadResult
        {
            Outcomes = [.. request.Queries.Select(_ => SliOutcome.Read(universe.Now))],
            Table = table,
            ClockOffset = replica.KnowsClocks ? -replica.Time.Offset : null,
        });
    }
}
