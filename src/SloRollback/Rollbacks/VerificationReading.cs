using NodaTime;
using SloRollback.Services;

namespace SloRollback.Rollbacks;

/// <summary>What one objective showed since a rollback completed, beside what is demanded.</summary>
public sealed record VerificationReading
{
    /// <summary>The objective.</summary>
    public ObjectiveKey Objective { get; init; }

    /// <summary>Bad events in steps that began after the completion.</summary>
    public double Bad { get; init; }

    /// <summary>Valid events in those steps.</summary>
    public double Valid { get; init; }

    /// <summary>How much of that time was measured.</summary>
    public Duration Measured { get; init; }

    /// <summary>The error ratio that must not be exceeded: factor × (1 - target).</summary>
    public decimal MaximumErrorRatio { get; init; }

    /// <summary>Valid events that are needed.</summary>
    public long MinimumValid { get; init; }
}
