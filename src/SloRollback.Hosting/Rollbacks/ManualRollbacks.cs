using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Evaluation;
using SloRollback.Hosting.Evaluation;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>Answers rollbacks by hand at an evaluation: decided with what it saw, planned, decided anew, on record, then driven. Called by one thread.</summary>
internal sealed class ManualRollbacks(
    ManualRollbackQueue queue, GuardReader journal, ProviderGateway providers, RollbackDriver driver, EvidenceStore evidence, JournalBatch batch, TimeProvider time, ILoggerFactory loggers)
{
    // Rules that have no factor verify with that of the slow page (SEMANTICS §5).
    private const decimal Factor = 6;

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Rollback");

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>Answers all that wait. An exception of one is its answer and holds up no other.</summary>
    public async Task HandleAsync(EngineState state, IReadOnlyDictionary<DeploymentTarget, TargetHistory> histories, CancellationToken cancellationToken)
    {
        while (queue.TryTake(out var next))
        {
            try
            {
                next!.Answer.TrySetResult(await AnswerAsync(state, histories, next.Request, cancellationToken).ConfigureAwait(false));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                next!.Answer.TrySetResult(new OperationResult(false, "the engine stops; the audit log says whether the rollback began"));
                throw;
            }
            catch (Exception e)
            {
                next!.Answer.TrySetResult(new OperationResult(false, $"{e.GetType().Name}: {e.Message}"));
            }
        }
    }

    private async Task<OperationResult> AnswerAsync(
        EngineState state, IReadOnlyDictionary<DeploymentTarget, TargetHistory> histories, ManualRollbackRequest request, CancellationToken cancellationToken)
    {
        var rules = state.Objectives
            .Where(o => o.Key.Service == request.Service)
            .SelectMany(o => o.Rules.Select(r => (Objective: o, Rule: r)))
            .Where(r => r.Rule.Rule.Rollback is { } action && (request.Target is null || action.Target == request.Target))
            .ToList();
        var targets = rules.Select(r => r.Rule.Rule.Rollback!.Target).Distinct().ToList();
        if (targets.Count != 1)
        {
            return new OperationResult(false, targets.Count == 0
                ? $"no rule of {request.Service} may roll {request.Target?.ToString() ?? "anything"} back"
                : $"rules of {request.Service} roll back {string.Join(", ", targets)}: name one");
        }

        var history = histories.GetValueOrDefault(targets[0], TargetHistory.None);
        var input = new ManualRollbackInput
        {
            At = Now,
            Service = request.Service,
            Target = targets[0],
            To = request.To,
            By = request.By,
            Reason = request.Reason,
            Overrides = request.Overrides,
            Settings = state.Settings,
            Claims =
            [
                .. rules.Select(r => new RollbackClaim
                {
                    Rule = r.Rule.Key,
                    MaximumErrorRatio = Factor * r.Objective.Objective.Target.ErrorBudgetFraction,
                    MinimumValid = r.Rule.Rule.MinimumValid,
                }),
            ],
            Deployments = history.Deployments,
            Revisions = Worst(rules.SelectMany(r => r.Rule.Ledger.Of(history.Deployments))),
            Blind = history.Blind,
            Guards = await journal.ReadAsync(cancellationToken).ConfigureAwait(false),
        };
        var decision = ManualRollbackDecider.Decide(input);
        if (decision is { Suspect: { } suspect, ReturnTo: { } to })
        {
            var plan = await providers.PlanAsync(
                new RollbackRequest { Id = RollbackId.Of(suspect.Id), Target = input.Target, From = suspect.Revision, To = to }, cancellationToken).ConfigureAwait(false);
            input = input with { Plan = plan };
            decision = ManualRollbackDecider.Decide(input);
        }

        return await ConcludeAsync(input, decision, cancellationToken).ConfigureAwait(false);
    }

    private async Task<OperationResult> ConcludeAsync(ManualRollbackInput input, RollbackDecision decision, CancellationToken cancellationToken)
    {
        var document = EvidenceFactory.Create(input, decision);
        evidence.Save(document, isOpen: decision.Kind == DecisionKind.RollBack);
        batch.Add(new JournalEntry
        {
            At = input.At,
            Kind = JournalEntryKind.Decision,
            Service = input.Service.ToString(),
            Subject = input.Target.ToString(),
            By = input.By,
            Text = decision.Text,
            EvidenceId = document.Id,
        });
        RollbackLog.ByHand(logger, decision.Text, document.Id);
        if (decision.Kind == DecisionKind.Hold)
        {
            await batch.FlushAsync().ConfigureAwait(false);
            return new OperationResult(false, $"{decision.Text} Evidence {document.Id}");
        }

        var driven = await DriveAsync(input, decision, document.Id, cancellationToken).ConfigureAwait(false);
        if (driven is { Status: JournalWriteStatus.Written, Record: { } record })
            return new OperationResult(!record.IsFinal || record.State == RollbackState.Succeeded, $"{record.Id} is {record.State}: {record.Detail}. Evidence {document.Id}");

        evidence.Close(document.Id);
        return new OperationResult(false, $"the journal did not take it ({driven.Status}); nothing is done");
    }

    private async Task<DriveResult> DriveAsync(ManualRollbackInput input, RollbackDecision decision, string evidenceId, CancellationToken cancellationToken)
    {
        var id = RollbackId.Of(decision.Suspect!.Id);
        var known = input.Guards.Rollbacks.FirstOrDefault(r => r.Id == id);

        // What waits for approval gives way: a person decides here, too.
        if (known is { IsFinal: false })
        {
            var withdrawn = await driver.DriveAsync(known, new RollbackEvent.Withdrawn(Now, $"rolled back by hand by {input.By}"), cancellationToken).ConfigureAwait(false);
            if (withdrawn.Status != JournalWriteStatus.Written)
                return withdrawn;
            known = withdrawn.Record;
        }

        var proposed = await driver.DriveAsync(known, new RollbackEvent.Proposed(Now, new RollbackRecord
        {
            Id = id,
            Target = input.Target,
            Deployment = decision.Suspect.Id,
            From = decision.Suspect.Revision,
            To = decision.ReturnTo!,
            Mode = RollbackMode.Automatic,
            By = input.By,
            Claims = input.Claims,
            WorkloadIdentity = input.Plan?.WorkloadIdentity ?? "",
            EvidenceId = evidenceId,
        }), cancellationToken).ConfigureAwait(false);
        if (proposed.Status != JournalWriteStatus.Written)
            return proposed;

        var driven = await driver.DriveAsync(proposed.Record, new RollbackEvent.Ticked(Now), cancellationToken, guards: input.Guards).ConfigureAwait(false);
        if (driven is { Status: not JournalWriteStatus.Written, Record: { State: RollbackState.Proposed } open })
            await driver.DriveAsync(open, new RollbackEvent.Withdrawn(Now, $"the journal did not take it: {driven.Status}"), cancellationToken).ConfigureAwait(false);
        return driven;
    }

    // Good is what every objective found good.
    private static ImmutableArray<RevisionRecord> Worst(IEnumerable<RevisionRecord> records) =>
    [
        .. records.GroupBy(r => r.RevisionId).Select(g => g.First() with
        {
            IsAttributed = g.Any(r => r.IsAttributed),
            Served = g.Min(r => r.Served),
            Measured = g.Min(r => r.Measured),
            Valid = g.Min(r => r.Valid),
        }),
    ];
}
