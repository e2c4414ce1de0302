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
    /// Whether the rollback helped: told once every objective has enough measured time and events; one ratio over its limit is
    /// enough for <see cref="VerificationOutcome.NoEffect"/>.
    /// </summary>
    public VerificationOutcome Outcome
    {
        get
        {
            if (!Readings.IsEmpty && Readings.All(r => r.Measured >= Needed && r.Valid >= Math.Max(1, r.MinimumValid)))
                return Readings.Any(IsOver) ? VerificationOutcome.NoEffect : VerificationOutcome.Helped;

            return EvaluatedAt - CompletedAt >= Timeout ? VerificationOutcome.TimedOut : VerificationOutcome.Undecided;
        }
    }

    private static bool IsOver(VerificationReading reading) =>
        Budgets.BurnRate.IsAbove(reading.Bad, reading.Valid, above: 1, reading.MaximumErrorRatio);
}
