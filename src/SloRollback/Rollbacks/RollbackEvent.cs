using NodaTime;

namespace SloRollback.Rollbacks;

/// <summary>What can happen to a rollback. Each carries the time at which the shell saw it.</summary>
internal abstract record RollbackEvent(Instant At)
{
    /// <summary>It was decided on.</summary>
    public sealed record Proposed(Instant At, RollbackRecord Record) : RollbackEvent(At);

    /// <summary>Another rule asks for the same rollback, possibly under a stronger mode.</summary>
    /// <param name="At">When.</param>
    /// <param name="Claim">The rule.</param>
    /// <param name="Mode">Its mode.</param>
    /// <param name="EvidenceId">The evidence of its decision, which counts when it makes the rollback execute.</param>
    public sealed record Joined(Instant At, RollbackClaim Claim, RollbackMode Mode, string EvidenceId = "") : RollbackEvent(At);

    /// <summary>A person said what is to become of it. The newest answer counts, until the decision taken anew ends the wait.</summary>
    public sealed record Told(RollbackAnswer Answer) : RollbackEvent(Answer.At);

    /// <summary>A person approved it, and the decision taken anew agrees.</summary>
    /// <param name="At">When.</param>
    /// <param name="By">Who.</param>
    /// <param name="EvidenceId">The evidence of the decision taken anew.</param>
    public sealed record Approved(Instant At, string By, string EvidenceId = "") : RollbackEvent(At);

    /// <summary>A person rejected it, or the decision taken anew says hold.</summary>
    public sealed record Withdrawn(Instant At, string Why) : RollbackEvent(At);

    /// <summary>Time has passed.</summary>
    public sealed record Ticked(Instant At) : RollbackEvent(At);

    /// <summary>The provider answered the request to roll back.</summary>
    public sealed record Answered(Instant At, RollbackResult Result) : RollbackEvent(At);

    /// <summary>The provider said how far it is.</summary>
    /// <param name="At">When it answered.</param>
    /// <param name="Progress">The answer.</param>
    /// <param name="Hold">Why it must not be called now if it was never applied; <see langword="null"/> when it may be.</param>
    public sealed record Progressed(Instant At, RollbackProgress Progress, string? Hold = null) : RollbackEvent(At);

    /// <summary>The verification was looked at.</summary>
    public sealed record Verified(Instant At, Verification Verification) : RollbackEvent(At);
}
