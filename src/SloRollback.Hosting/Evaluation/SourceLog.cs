using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Evaluation;

/// <summary>
/// Logs what cannot be read, once per change of state: a failure that all queries share as one of the source, any other by
/// query.
/// </summary>
internal sealed partial class SourceLog(string source, ILogger logger)
{
    private readonly Dictionary<string, UnmeasuredReason> failing = new(StringComparer.Ordinal);
    private UnmeasuredReason sourceFailing;

    public void Report(ImmutableArray<SliQuery> queries, ImmutableArray<SliOutcome> outcomes)
    {
        var shared = Shared(outcomes);
        if (shared?.Unmeasured is { } reason)
        {
            if (reason != sourceFailing)
                SourceFailing(logger, source, reason, shared.Detail);

            // What the queries themselves were is not known meanwhile; it is told when the source answers again.
            sourceFailing = reason;
            return;
        }

        if (sourceFailing != UnmeasuredReason.None && outcomes.Length > 0)
        {
            SourceRecovered(logger, source);
            sourceFailing = UnmeasuredReason.None;
        }

        for (var i = 0; i < Math.Min(queries.Length, outcomes.Length); i++)
            Report(queries[i].Id, outcomes[i]);
    }

    private void Report(string query, SliOutcome outcome)
    {
        if (outcome.IsRead)
        {
            if (failing.Remove(query))
                QueryRecovered(logger, query, source);
        }
        else if (!failing.TryGetValue(query, out var before) || before != outcome.Unmeasured)
        {
            failing[query] = outcome.Unmeasured;
            QueryFailing(logger, query, source, outcome.Unmeasured, outcome.Detail);
        }
    }

    private static SliOutcome? Shared(ImmutableArray<SliOutcome> outcomes)
    {
        if (outcomes.Length == 0)
            return null;

        var first = outcomes[0];
        var isOfSource = first.Unmeasured is UnmeasuredReason.Unreachable or UnmeasuredReason.Timeout or UnmeasuredReason.Unauthorized
            or UnmeasuredReason.SourceError or UnmeasuredReason.SourceFault;
        return isOfSource && outcomes.All(o => o.Unmeasured == first.Unmeasured) ? first : null;
    }

    [LoggerMessage(2000, LogLevel.Warning, "Metric source {Source} cannot be read ({Reason}): {Detail}. Its objectives are unmeasured until it can.")]
    private static partial void SourceFailing(ILogger logger, string source, UnmeasuredReason reason, string detail);

    [LoggerMessage(2001, LogLevel.Information, "Metric source {Source} can be read again.")]
    private static partial void SourceRecovered(ILogger logger, string source);

    [LoggerMessage(2002, LogLevel.Warning, "{Query} cannot be read from metric source {Source} ({Reason}): {Detail}. It is unmeasured until it can.")]
    private static partial void QueryFailing(ILogger logger, string query, string source, UnmeasuredReason reason, string detail);

    [LoggerMessage(2003, LogLevel.Information, "{Query} can be read again from metric source {Source}.")]
    private static partial void QueryRecovered(ILogger logger, string query, string source);
}
