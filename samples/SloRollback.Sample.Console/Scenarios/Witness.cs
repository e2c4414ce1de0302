using SloRollback.Hosting.Evaluation;
using SloRollback.Rollbacks;

namespace SloRollback.Sample.Scenarios;

/// <summary>Writes down what the engine does: samples the budget, and notes decisions and the steps of a rollback.</summary>
internal sealed class Witness(ISloRollbackMonitor monitor, Story story, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly HashSet<(RollbackId, RollbackState)> seen = [];
    private EngineStatus? last;
    private HoldReason held;

    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            Look();
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Notes what is new.</summary>
    public void Look()
    {
        var status = monitor.Current;
        if (ReferenceEquals(status, last))
            return;

        last = status;
        foreach (var objective in status.Objectives)
        {
            if (objective.Budget.Valid > 0) story.Sample(objective.Budget.Remaining);
            foreach (var rule in objective.Rules)
            {
                if (rule.Decision is { Kind: DecisionKind.Hold } decision && decision.Headline != held)
                    story.Tell("held", decision.Text);
                held = rule.Decision?.Headline ?? held;
                story.Prove(rule.EvidenceId);
            }
        }

        foreach (var rollback in status.Guards.Rollbacks.Where(r => seen.Add((r.Id, r.State))))
            Note(rollback, status);
    }

    private void Note(RollbackRecord rollback, EngineStatus status)
    {
        switch (rollback.State)
        {
            case RollbackState.Executing or RollbackState.AwaitingApproval:
                var decisions = status.Objectives.SelectMany(o => o.Rules).Select(r => r.Decision);
                var decision = decisions.FirstOrDefault(d => d?.ReturnTo is not null);
                story.Tell("rollback", decision?.Text ?? $"{rollback.From} → {rollback.To}: {rollback.State}");
                break;
            case RollbackState.Verifying:
                story.Tell("v1 back", $"{rollback.Detail}. Did it help?");
                break;
            case var state when rollback.IsFinal:
                story.Tell(state == RollbackState.Succeeded ? "verified" : state.ToString(), $"{state}: {rollback.Detail}.");
                break;
        }
    }
}
