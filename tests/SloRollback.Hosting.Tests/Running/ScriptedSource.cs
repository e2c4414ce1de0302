using SloRollback.Indicators;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>A metric source that makes its counts up from the step's index, and fails when told to.</summary>
internal sealed class ScriptedSource(Func<long, SliCell> cell) : IMetricSource
{
    public SliOutcome? Failure { get; set; }

    public Exception? Exception { get; set; }

    /// <summary>The id of a query that the source rejects.</summary>
    public string? FailingQuery { get; set; }

    public List<StepGrid> Asked { get; } = [];

    public Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken)
    {
        Asked.Add(request.Grid);
        if (Exception is not null)
            throw Exception;
        if (Failure is not null)
            return Task.FromResult(new SliReadResult { Outcomes = [.. request.Queries.Select(_ => Failure)] });

        var table = new SliTable([.. request.Queries.Select((_, i) => new SliRowKey(i))], request.Grid.Count);
        for (var row = 0; row < request.Queries.Length; row++)
        {
            for (var i = 0; i < request.Grid.Count; i++)
                table.Row(row)[i] = cell(request.Grid.First + i);
        }

        return Task.FromResult(new SliReadResult { Outcomes = [.. request.Queries.Select(q => q.Id == FailingQuery ? SliOutcome.Failed(UnmeasuredReason.QueryRejected, "parse error", transient: false) : SliOutcome.Read(null))], Table = table });
    }
}
