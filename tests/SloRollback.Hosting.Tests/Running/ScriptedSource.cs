using System.Collections.Immutable;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>A metric source that makes its counts up from the step's index, and fails when told to.</summary>
internal sealed class ScriptedSource(Func<long, SliCell> cell) : IMetricSource, IExplainedSource, IIndicatorInstances
{
    private readonly List<SliReadRequest> requests = [];

    public SliOutcome? Failure { get; set; }

    public Exception? Exception { get; set; }

    /// <summary>The id of a query that the source rejects.</summary>
    public string? FailingQuery { get; set; }

    /// <summary>Cells of single queries by their id, on the grid that is asked for; the others' are the source's own.</summary>
    public Dictionary<string, Func<StepGrid, long, SliCell>> Cells { get; } = [];

    public List<StepGrid> Asked { get; } = [];

    /// <summary>What was asked for, in order.</summary>
    public ImmutableArray<SliReadRequest> Requests
    {
        get
        {
            lock (requests) return [.. requests];
        }
    }

    /// <summary>Called before every answer: what it awaits, the answer waits for.</summary>
    public Func<SliReadRequest, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>The grids that were asked for by query.</summary>
    public ILookup<string, StepGrid> AskedFor => requests.SelectMany(r => r.Queries, (r, q) => (q.Id, r.Grid)).ToLookup(a => a.Id, a => a.Grid);

    /// <summary>Which instances the series of a query come from; it cannot tell unless told otherwise.</summary>
    public Func<SliQuery, ImmutableArray<InstanceName>> Instances { get; set; } = _ => [InstanceName.Untold];

    /// <summary>How often it was asked for them.</summary>
    public int InstanceQuestions { get; private set; }

    public Task<IndicatorInstancesResult> ReadInstancesAsync(IndicatorInstancesRequest request, CancellationToken cancellationToken)
    {
        InstanceQuestions++;
        return Task.FromResult(new IndicatorInstancesResult { Instances = [.. request.Queries.Select(Instances)] });
    }

    public string Explain(ImmutableArray<SliQuery> queries) => $"one query for {string.Join(", ", queries.Select(q => q.Id))}";

    public async Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken)
    {
        lock (requests)
        {
            Asked.Add(request.Grid);
            requests.Add(request);
        }

        await Before(request, cancellationToken);
        if (Exception is not null)
            throw Exception;
        if (Failure is not null)
            return new SliReadResult { Outcomes = [.. request.Queries.Select(_ => Failure)] };

        var table = new SliTable([.. request.Queries.Select((_, i) => new SliRowKey(i))], request.Grid.Count);
        for (var row = 0; row < request.Queries.Length; row++)
        {
            for (var i = 0; i < request.Grid.Count; i++)
                table.Row(row)[i] = Cells.TryGetValue(request.Queries[row].Id, out var own) ? own(request.Grid, request.Grid.First + i) : cell(request.Grid.First + i);
        }

        return new SliReadResult
        {
            Outcomes = [.. request.Queries.Select(q => q.Id == FailingQuery ? SliOutcome.Failed(UnmeasuredReason.QueryRejected, "parse error", transient: false) : SliOutcome.Read(null))],
            Table = table,
            IsEstimate = request.AllowEstimate,
        };
    }
}
