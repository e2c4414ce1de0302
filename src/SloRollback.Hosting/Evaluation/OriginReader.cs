using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SloRollback.Deployments;
using SloRollback.Evaluation;
using SloRollback.Indicators;

namespace SloRollback.Hosting.Evaluation;

/// <summary>
/// Asks metric sources and platforms where series come from: all sources at once, then all workloads, each within a time limit, so that
/// none is in the way of another.
/// </summary>
internal sealed class OriginReader(IServiceProvider services, SourceCaller caller, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Evaluation");
    private readonly Dictionary<string, string> problems = [];

    /// <summary>Compares some objectives that have a target; throws only when cancelled.</summary>
    public async Task<ImmutableArray<(ObjectiveState Objective, SeriesOrigin Origin)>> ReadAsync(ImmutableArray<ObjectiveState> objectives, CancellationToken cancellationToken)
    {
        var sources = objectives.GroupBy(o => caller.SourceOf(o.Objective.Indicator)).ToList();
        var measured = await Task.WhenAll(sources.Select(s => MeasuredAsync(s.Key, [.. s], cancellationToken))).ConfigureAwait(false);
        var instances = sources.Zip(measured, (s, m) => s.Zip(m)).SelectMany(s => s).ToDictionary(s => s.First, s => s.Second);

        // A platform is asked only when there is something to compare.
        var targets = instances.Where(i => IsNamed(i.Value)).Select(i => i.Key.Service.Target!).Distinct().ToList();
        var running = await Task.WhenAll(targets.Select(t => RunningAsync(t, cancellationToken))).ConfigureAwait(false);
        var known = targets.Zip(running).ToDictionary(t => t.First, t => t.Second);
        return [.. instances.Select(i => (i.Key, IsNamed(i.Value) ? Compare(i.Value, known[i.Key.Service.Target!]) : new SeriesOrigin(i.Value.IsEmpty ? OriginKind.NotTold : OriginKind.NeverTold)))];
    }

    private static bool IsNamed(ImmutableArray<InstanceName> measured) => !measured.IsEmpty && measured.All(m => m.Name.Length > 0);

    private static SeriesOrigin Compare(ImmutableArray<InstanceName> measured, WorkloadInstancesResult? running)
    {
        if (running is null)
            return new SeriesOrigin(OriginKind.NeverTold);
        if (running.Unavailable is not null || running.Instances.IsEmpty)
            return new SeriesOrigin(OriginKind.NotTold);

        var own = running.Instances.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        return measured.Any(m => own.Contains(m.Name) && (m.Space.Length == 0 || running.Space.Length == 0 || m.Space == running.Space))
            ? new SeriesOrigin(OriginKind.Target)
            : new SeriesOrigin(OriginKind.Elsewhere, Names(measured.Select(m => m.Space.Length > 0 ? $"{m.Space}/{m.Name}" : m.Name)), Names(own));
    }

    private Task<ImmutableArray<InstanceName>[]> MeasuredAsync(string source, ImmutableArray<ObjectiveState> objectives, CancellationToken cancellationToken) => AskAsync<ImmutableArray<InstanceName>[]>(
        source,
        async limit =>
        {
            if (services.GetKeyedService<IMetricSource>(source) is not IIndicatorInstances metrics)
                return [.. objectives.Select(_ => ImmutableArray.Create(InstanceName.Untold))];

            var request = new IndicatorInstancesRequest { Queries = [.. objectives.Select(o => new SliQuery { Id = o.Key.ToString(), Indicator = o.Objective.Indicator })] };
            var answer = await metrics.ReadInstancesAsync(request, limit).ConfigureAwait(false);
            if (answer.Instances.Length != objectives.Length)
                throw new InvalidOperationException($"{answer.Instances.Length} answers to {objectives.Length} queries");

            Tell(source, null);
            return [.. answer.Instances];
        },
        _ => [.. objectives.Select(_ => ImmutableArray<InstanceName>.Empty)],
        cancellationToken);

    // Null where nobody lists instances.
    private Task<WorkloadInstancesResult?> RunningAsync(DeploymentTarget target, CancellationToken cancellationToken) => AskAsync<WorkloadInstancesResult?>(
        target.ToString(),
        async limit =>
        {
            if (services.GetKeyedService<IWorkloadInstances>(target.Provider) is not { } platform)
                return null;

            var result = await platform.ReadInstancesAsync(new WorkloadInstancesRequest { Target = target }, limit).ConfigureAwait(false);
            Tell(target.ToString(), result.Unavailable);
            return result;
        },
        why => new WorkloadInstancesResult { Unavailable = why },
        cancellationToken);

    private async Task<T> AskAsync<T>(string whom, Func<CancellationToken, Task<T>> ask, Func<string, T> failed, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = new Deadline(Timeout, time, cancellationToken);
            return await ask(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing is known that was not known before. It is asked again.
            var why = e is OperationCanceledException ? $"no answer within {Timeout.TotalSeconds:0} s" : $"{e.GetType().Name}: {e.Message}";
            Tell(whom, why);
            return failed(why);
        }
    }

    // The same problem every time is one piece of news.
    private void Tell(string whom, string? problem)
    {
        lock (problems)
        {
            if (problem is null)
            {
                problems.Remove(whom);
                return;
            }

            if (problems.TryGetValue(whom, out var before) && before == problem)
                return;
            problems[whom] = problem;
        }

        EvaluationLog.OriginUnknown(logger, whom, problem);
    }

    private static string Names(IEnumerable<string> names)
    {
        var sorted = names.Order(StringComparer.Ordinal).ToList();
        return string.Join(", ", sorted.Take(3)) + (sorted.Count > 3 ? $" and {sorted.Count - 3} more" : "");
    }
}
