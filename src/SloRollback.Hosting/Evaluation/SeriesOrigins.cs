using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using SloRollback.Evaluation;

namespace SloRollback.Hosting.Evaluation;

/// <summary>
/// Finds objectives whose series come from none of the instances of the workload that would be rolled back for them: metrics of one
/// environment, workload of another. Looked at after the start, some at every evaluation, until both sides have told; a comparison that
/// went well is not made again.
/// </summary>
internal sealed class SeriesOrigins(OriginReader reader, ILoggerFactory loggers)
{
    // So that a start costs neither the metric source nor the platform more at once than a tick does.
    private const int MostAtOnce = 200;

    // A rollout may have been seen from one side first: a mismatch is looked at again at once, and then, as what could not be told, rarely.
    private const int LooksInARow = 3;
    private const int LookAgain = 10;

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Evaluation");
    private readonly Dictionary<ObjectiveState, Progress> pending = [];
    private readonly HashSet<ObjectiveState> foreign = [];
    private EngineState? known;
    private int evaluation;

    /// <summary>Compares what is due. Answers which objectives must not lead to a rollback; throws only when cancelled.</summary>
    public async Task<IReadOnlySet<ObjectiveState>> CheckAsync(EngineState state, CancellationToken cancellationToken)
    {
        if (known != state)
            Begin(state);
        evaluation++;
        if (pending.Count == 0)
            return foreign;

        var due = pending.Where(p => p.Value.Due <= evaluation).OrderBy(p => p.Value.Due).Take(MostAtOnce).Select(p => p.Key).ToImmutableArray();
        foreach (var (objective, origin) in await reader.ReadAsync(due, cancellationToken).ConfigureAwait(false))
            Note(objective, origin);
        return foreign;
    }

    /// <summary>Of objectives that some rule would roll their own workload back for, as their own or as members of a composite's.</summary>
    private void Begin(EngineState state)
    {
        known = state;
        pending.Clear();
        foreign.Clear();
        foreach (var objective in state.Objectives)
        {
            foreach (var rule in objective.Rules)
            {
                if (rule.Rule.Rollback?.Target is not { } target)
                    continue;
                foreach (var leaf in Leaves(objective).Where(l => l.Service.Target == target && !l.Objective.MeasuredElsewhere))
                    pending.TryAdd(leaf, new Progress(0, 0));
            }
        }
    }

    private static IEnumerable<ObjectiveState> Leaves(ObjectiveState objective) =>
        objective.IsComposite ? objective.Members.SelectMany(Leaves) : [objective];

    private void Note(ObjectiveState objective, SeriesOrigin origin)
    {
        var looks = pending[objective].Looks + 1;
        pending[objective] = new Progress(looks, evaluation + (origin.Kind == OriginKind.Elsewhere && looks < LooksInARow ? 1 : LookAgain));
        switch (origin.Kind)
        {
            case OriginKind.Elsewhere when foreign.Add(objective):
                EvaluationLog.SeriesFromElsewhere(logger, objective.Key, origin.Measured, objective.Service.Target!, origin.Running);
                break;
            case OriginKind.Target or OriginKind.NeverTold:
                pending.Remove(objective);
                if (foreign.Remove(objective))
                    EvaluationLog.SeriesFromTarget(logger, objective.Key, objective.Service.Target!);
                break;
        }
    }

    /// <summary>How often an objective was looked at, and at which evaluation it is due again.</summary>
    private readonly record struct Progress(int Looks, int Due);
}
