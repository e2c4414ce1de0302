using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Kubernetes.Tests.Takeover;

/// <summary>What all replicas measure: a thousand requests a second, half of them failing for a while.</summary>
internal sealed class Traffic : IMetricSource
{
    private long from = long.MaxValue;
    private long until = long.MaxValue;

    /// <summary>Errors begin.</summary>
    public void Fail(DateTimeOffset at) => Volatile.Write(ref from, at.ToUnixTimeMilliseconds());

    /// <summary>They end.</summary>
    public void Recover(DateTimeOffset at) => Volatile.Write(ref until, at.ToUnixTimeMilliseconds());

    public Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken)
    {
        var table = new SliTable([.. request.Queries.Select((_, i) => new SliRowKey(i))], request.Grid.Count);
        for (var row = 0; row < request.Queries.Length; row++)
        {
            for (var i = 0; i < request.Grid.Count; i++)
                table.Row(row)[i] = new SliCell(StepState.Measured, IsFailing(StepGrid.StartOf(request.Grid.First + i, request.Grid.Step)) ? 500 : 0, 1000);
        }

        return Task.FromResult(new SliReadResult { Outcomes = [.. request.Queries.Select(_ => SliOutcome.Read(null))], Table = table });
    }

    private bool IsFailing(Instant step) =>
        step.ToUnixTimeMilliseconds() is var at && at >= Volatile.Read(ref from) && at < Volatile.Read(ref until);
}
