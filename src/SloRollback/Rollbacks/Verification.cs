using System.Collections.Immutable;
using NodaTime;

namespace SloRollback.Rollbacks;

/// <summary>What the verification of a rollback rests on, and what it says (SEMANTICS §8).</summary>
public sealed record Verification
{
    /// <summary>The time of the evaluation.</summary>
    public Instant EvaluatedAt { get; init; }

    /// <summary>When the rollback completed.</summary>
    public Instant CompletedAt { get; init; }

    /// <summary>The objectives with an open episode on the target, together.</summary>
    public ImmutableArray<VerificationReading> Readings { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>How much measured time is needed.</summary>
    public Duration Needed { get; init; }

    /// <summary>How long after the completion it is given up.</summary>
    public Duration Timeout { get; init; }

    /// <summary>
    /// The state that follows: <see cref="RollbackState.NoEffect"/> as soon as one objective with enough measured time and events is
    /// over its limit, <see cref="RollbackState.Succeeded"/> when all have enough and none is, <see cref="RollbackState.Unverified"/>
    /// when time is up, else still <see cref="RollbackState.Verifying"/>.
    /// </summary>
    public RollbackState Outcome
    {
        get
        {
            if (Readings.Any(r => IsEnough(r) && IsOver(r)))
                return RollbackState.NoEffect;
            if (!Readings.IsEmpty && Readings.All(IsEnough))
                return RollbackState.Succeeded;

            return EvaluatedAt - CompletedAt >= Timeout ? RollbackState.Unverified : RollbackState.Verifying;
        }
    }

    private bool IsEnough(VerificationReading reading) => reading.Measured >= Needed && reading.Valid >= Math.Max(1, reading.MinimumValid);

    private static bool IsOver(VerificationReading reading) =>
        Budgets.BurnRate.IsAbove(reading.Bad, reading.Valid, above: 1, reading.MaximumErrorRatio);
}
