using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SloRollback.Deployments;
using SloRollback.Evaluation;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Evaluation;

/// <summary>
/// Finds objectives whose series come from none of the instances of the workload that would be rolled back for them: metrics of one
/// environment, workload of another. Asked after the start until both sides have told; a comparison that went well is not made again.
/// </summary>
internal sealed class SeriesOrigins(IServiceProvider services, SourceCaller caller, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    // What has no series yet, or no instances, is looked at again from time to time; a mismatch at every evaluation, since a rollout may
    // have been seen from one side first.
    private const int LookAgain = 10;

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Evaluation");
    private readonly HashSet<ObjectiveState> settled = [];
    private readonly HashSet<ObjectiveState> foreign = [];
    private int evaluations;

    /// <summary>Compares where it is due. Answers which objectives must not lead to a rollback; throws only when cancelled.</summary>
    public async Task<IReadOnlySet<ObjectiveState>> CheckAsync(EngineState state, CancellationToken cancellationToken)
    {
        var isFullTurn = evaluations++ % LookAgain == 0;
        var due = state.Objectives
            .Where(o => !o.IsComposite && o.Service.Target is { } target && state.Targets.Contains(target) && !settled.Contains(o) && (isFullTurn || foreign.Contains(o)))
            .ToList();
        foreach (var together in due.GroupBy(o => caller.SourceOf(o.Objective.Indicator)))
        {
            try
            {
                using var limit = new Deadline(Timeout, time, cancellationToken);
                await CompareAsync(together.Key, [.. together], limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // Nothing is known that was not known before. It is asked again.
                EvaluationLog.OriginUnknown(logger, e, together.Key);
            }
        }

        return foreign;
    }

    private async Task CompareAsync(string source, ImmutableArray<ObjectiveState> objectives, CancellationToken cancellationToken)
    {
        if (services.GetKeyedService<IMetricSource>(source) is not IIndicatorInstances metrics)
        {
            settled.UnionWith(objectives);
            return;
        }

        var request = new IndicatorInstancesRequest { Queries = [.. objectives.Select(o => new SliQuery { Id = o.Key.ToString(), Indicator = o.Objective.Indicator })] };
        var measured = (await metrics.ReadInstancesAsync(request, cancellationToken).ConfigureAwait(false)).Instances;
        foreach (var target in Enumerable.Range(0, objectives.Length).GroupBy(i => objectives[i].Service.Target!))
        {
            // The platform is asked only when there is something to compare.
            foreach (var i in target.Where(i => measured[i].Any(m => m.Name.Length == 0)))
                Settle(objectives[i]);
            var named = target.Where(i => !measured[i].IsEmpty && !settled.Contains(objectives[i])).ToList();
            if (named.Count == 0)
                continue;

            if (services.GetKeyedService<IWorkloadInstances>(target.Key.Provider) is not { } platform)
            {
                named.ForEach(i => Settle(objectives[i]));
                continue;
            }

            var running = await platform.ReadInstancesAsync(new WorkloadInstancesRequest { Target = target.Key }, cancellationToken).ConfigureAwait(false);
            if (running.Unavailable is null && !running.Instances.IsEmpty)
                named.ForEach(i => Judge(objectives[i], measured[i], running));
        }
    }

    private void Judge(ObjectiveState objective, ImmutableArray<InstanceName> measured, WorkloadInstancesResult running)
    {
        var own = running.Instances.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        if (measured.Any(m => own.Contains(m.Name) && (m.Space.Length == 0 || running.Space.Length == 0 || m.Space == running.Space)))
            Settle(objective);
        else if (foreign.Add(objective))
            EvaluationLog.SeriesFromElsewhere(logger, objective.Key, Names(measured.Select(m => m.Space.Length > 0 ? $"{m.Space}/{m.Name}" : m.Name)), objective.Service.Target!, Names(own));
    }

    private void Settle(ObjectiveState objective)
    {
        settled.Add(objective);
        if (foreign.Remove(objective))
            EvaluationLog.SeriesFromTarget(logger, objective.Key, objective.Service.Target!);
    }

    private static string Names(IEnumerable<string> names)
    {
        var sorted = names.Order(StringComparer.Ordinal).ToList();
        return string.Join(", ", sorted.Take(3)) + (sorted.Count > 3 ? $" and {sorted.Count - 3} more" : "");
    }
}
