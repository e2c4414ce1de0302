using System.Collections.Immutable;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>What people may do about rollbacks. Every call is safe to repeat.</summary>
public interface IRollbackOperations
{
    /// <summary>Approves a rollback that awaits approval; the decision is then taken anew.</summary>
    /// <param name="id">The rollback.</param>
    /// <param name="by">Who approves it.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>What came of it.</returns>
    Task<OperationResult> ApproveAsync(RollbackId id, string by, CancellationToken cancellationToken);

    /// <summary>Rejects a rollback that awaits approval.</summary>
    /// <param name="id">The rollback.</param>
    /// <param name="by">Who rejects it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>What came of it.</returns>
    Task<OperationResult> RejectAsync(RollbackId id, string by, string reason, CancellationToken cancellationToken);

    /// <summary>Turns the kill switch on: no rollback begins any more where it holds. One that is executing goes on.</summary>
    /// <param name="scope">Empty: everywhere; else a service, an objective or a rule, as <see cref="Pause.Scope"/> has it.</param>
    /// <param name="by">Who pauses.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>What came of it.</returns>
    Task<OperationResult> PauseAsync(string scope, string by, string reason, CancellationToken cancellationToken);

    /// <summary>Turns the kill switch off; everywhere, it also restarts the count of the rate limit. A wider or narrower pause stays.</summary>
    /// <param name="scope">What was paused.</param>
    /// <param name="by">Who resumes.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>What came of it.</returns>
    Task<OperationResult> ResumeAsync(string scope, string by, CancellationToken cancellationToken);

    /// <summary>
    /// Rolls a workload back by hand, at the next evaluation: within a step. The answer comes when it was begun, or says what holds it; what becomes
    /// of it tell status, audit log and notifications. To be asked of a process whose engine leads.
    /// </summary>
    /// <param name="request">Which service, to what, by whom, why, and what is overruled.</param>
    /// <param name="cancellationToken">Takes the request back, unless it was taken up.</param>
    /// <returns>What came of it.</returns>
    Task<OperationResult> RollBackAsync(ManualRollbackRequest request, CancellationToken cancellationToken);

    /// <summary>Lists the newest lines of the audit log: decisions, states of rollbacks, answers, pauses.</summary>
    /// <param name="request">Which, and how many.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The lines, the newest first, or why they cannot be read.</returns>
    Task<JournalAnswer<ImmutableArray<JournalEntry>>> ListAsync(JournalListRequest request, CancellationToken cancellationToken);

    /// <summary>Shows the evidence of a decision and what came of it.</summary>
    /// <param name="evidenceId">The document's id, as logs and the audit log name it.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The document, <see langword="null"/> when it is not on record, or why it cannot be read.</returns>
    Task<JournalAnswer<RollbackEvidence>> ShowAsync(string evidenceId, CancellationToken cancellationToken);
}
