using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Hosting.Telemetry;
using SloRollback.Notifications;
using SloRollback.Policies;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>Makes the evidence of a decision, and says the decision once: when it is new or differs from the one before.</summary>
internal sealed class DecisionReporter(EvidenceStore store, JournalBatch batch, SloRollbackMetrics metrics, ILoggerFactory loggers)
{
    private readonly Dictionary<RuleKey, News> told = [];
    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Rollback");

    /// <summary>Reports a decision.</summary>
    /// <returns>Its evidence; <see langword="null"/> of a decision that is not new: the evidence before stays the valid one.</returns>
    public RollbackEvidence? Report(DecisionInput input, RollbackDecision decision, RollbackDecision? previous, bool isMoving)
    {
        var isNew = isMoving || previous is null || decision.Kind == DecisionKind.RollBack
            || previous.Kind != decision.Kind || previous.Headline != decision.Headline || previous.Unknown != decision.Unknown
            || previous.Suspect?.Id != decision.Suspect?.Id;
        // Two deployments whose windows are open make two episodes of one rule, and often one piece of news.
        var news = new News(decision.Kind, decision.Headline, decision.Unknown, decision.Suspect?.Id, input.Episode.ErrorsBegan);
        isNew &= decision.Kind != DecisionKind.Hold || previous is not null || !told.TryGetValue(input.Key, out var last) || last != news;
        if (!isNew)
            return null;

        told[input.Key] = news;
        var evidence = EvidenceFactory.Create(input, decision);

        if (input.Plan is { } plan)
        {
            var answer = new ProviderResponse { At = input.EvaluatedAt, Call = "plan", Status = plan.IsPossible ? "possible" : plan.Refusal.ToString(), Detail = plan.Summary };
            evidence = evidence with { ProviderResponses = [answer] };
        }

        store.Save(evidence, isOpen: decision.Kind is DecisionKind.RollBack or DecisionKind.AwaitApproval);
        metrics.Decided(input, decision);
        switch (decision.Kind)
        {
            case DecisionKind.RollBack:
                RollbackLog.RollingBack(logger, decision.Text, evidence.Id);
                break;
            case DecisionKind.AwaitApproval:
                RollbackLog.AwaitingApproval(logger, decision.Text, evidence.Id, RollbackId.Of(decision.Suspect!.Id));
                break;
            case DecisionKind.Recommend:
                RollbackLog.Recommended(logger, decision.Text, evidence.Id);
                break;
            default:
                RollbackLog.Held(logger, decision.Text, evidence.Id);
                break;
        }

        batch.Add(new JournalEntry
        {
            At = input.EvaluatedAt,
            Kind = JournalEntryKind.Decision,
            Service = input.Key.Objective.Service.ToString(),
            Subject = input.Key.ToString(),
            Text = decision.Text,
            EvidenceId = evidence.Id,
        });
        Notify(input, evidence.Id, decision.Text);
        return evidence;
    }

    /// <summary>Tells those whom a rule names that it joined a rollback which another rule asked for.</summary>
    public void TellJoined(DecisionInput input, RollbackRecord rollback)
    {
        RollbackLog.Joined(logger, input.Key, rollback.Id);
        Notify(input, rollback.EvidenceId, $"{input.Key} joins rollback {rollback.Id} {rollback.From} → {rollback.To} ({rollback.State})");
    }

    private void Notify(DecisionInput input, string evidenceId, string text) => batch.Send([input.Key], new Notification
    {
        Key = $"{evidenceId}|{input.Key}",
        Kind = NotificationKind.Decision,
        Service = input.Key.Objective.Service,
        At = input.EvaluatedAt,
        Text = text,
        EvidenceId = evidenceId,
    });

    private readonly record struct News(DecisionKind Kind, HoldReason Headline, UnknownReason Unknown, DeploymentId? Suspect, Instant ErrorsBegan);
}
