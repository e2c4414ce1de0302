using SloRollback.Indicators;

namespace SloRollback.Benchmarks;

/// <summary>A metric source in memory: the same counts in every step, so that what is measured is the engine.</summary>
internal sealed class SteadySource : IMetricSource
{
    public Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken)
    {
        var table = new SliTable([.. request.Queries.Select((_, i) => new SliRowKey(i))], request.Grid.Count);
        for (var row = 0; row < request.Queries.Length; row++)
            table.Row(row).Fill(new SliCell(StepState.Measured, row % 3, 600));
        return Task.FromResult(new SliReadResult { Outcomes = [.. request.Queries.Select(_ => SliOutcome.Read(null))], Table = table });
    }
}
