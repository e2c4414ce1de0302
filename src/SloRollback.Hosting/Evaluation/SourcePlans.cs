using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SloRollback.Evaluation;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Evaluation;

/// <summary>Tells once, for who wants to know, how each source reads all that is read from it.</summary>
internal sealed class SourcePlans(IServiceProvider services, SourceCaller caller, ILoggerFactory loggers)
{
    private readonly ILogger logger = loggers.CreateLogger("SloRollback.MetricSource");
    private bool isTold;

    /// <summary>Tells. To be called after an evaluation: by then the sources have asked what they must know.</summary>
    public void Tell(EngineState state)
    {
        if (isTold || !logger.IsEnabled(LogLevel.Debug))
            return;

        isTold = true;
        foreach (var source in state.Objectives.Where(o => !o.IsComposite).GroupBy(o => caller.SourceOf(o.Objective.Indicator)))
        {
            // One set of queries for each grid, as they are read.
            foreach (var together in source.GroupBy(o => o.Terms.Step))
            {
                if (services.GetKeyedService<IMetricSource>(source.Key) is IExplainedSource explained)
                    EvaluationLog.SourcePlan(logger, source.Key, explained.Explain(Queries(together)));
            }
        }
    }

    private static ImmutableArray<SliQuery> Queries(IEnumerable<ObjectiveState> objectives) =>
        [.. objectives.Select(o => new SliQuery { Id = o.Key.ToString(), Indicator = o.Objective.Indicator })];
}
