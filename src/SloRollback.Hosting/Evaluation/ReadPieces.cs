using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Evaluation;

/// <summary>Puts the answers to the pieces of one stretch together. A query counts as read when every piece of it was.</summary>
internal sealed class ReadPieces(int queries, StepGrid grid)
{
    private readonly SliTable table = new([.. Enumerable.Range(0, queries).Select(i => new SliRowKey(i))], grid.Count);
    private readonly SliOutcome[] outcomes = [.. Enumerable.Repeat(SliOutcome.Read(null), queries)];
    private readonly List<string> warnings = [];
    private Duration? clockOffset;

    /// <summary>Has every query failed?</summary>
    public bool IsHopeless => queries > 0 && Array.TrueForAll(outcomes, o => !o.IsRead);

    /// <summary>Adds the answer to one piece.</summary>
    /// <param name="result">The answer.</param>
    /// <param name="from">Where the piece begins, in steps from the beginning of the stretch.</param>
    /// <param name="steps">How many steps it has.</param>
    public void Add(SliReadResult result, int from, int steps)
    {
        clockOffset = result.ClockOffset ?? clockOffset;
        warnings.AddRange(result.Warnings);
        for (var query = 0; query < queries; query++)
        {
            if (!outcomes[query].IsRead)
                continue;

            var row = result.Table.Rows.IndexOf(new SliRowKey(query));
            outcomes[query] = query >= result.Outcomes.Length ? Fault("gave no outcome for this query")
                : !result.Outcomes[query].IsRead ? result.Outcomes[query]
                : row < 0 || result.Table.Steps != steps ? Fault("gave no counts for this query")
                : result.Outcomes[query];
            if (outcomes[query].IsRead)
                result.Table.Row(row).CopyTo(table.Row(query)[from..]);
        }
    }

    public SliReadResult ToResult() => new()
    {
        Outcomes = ImmutableArray.Create(outcomes),
        Table = table,
        ClockOffset = clockOffset,
        Warnings = [.. warnings],
    };

    private static SliOutcome Fault(string what) => SliOutcome.Failed(UnmeasuredReason.SourceFault, $"the source {what}", transient: true);
}
