using SloRollback.Services;

namespace SloRollback.Indicators;

/// <summary>One member of a composite: an objective of this or of another monitored service.</summary>
public sealed record CompositeMember
{
    /// <summary>The monitored service that owns the member.</summary>
    public required ServiceId Service { get; init; }

    /// <summary>The member's id inside its service.</summary>
    public required string Objective { get; init; }

    /// <summary>The member's weight beside the others', above 0; used by <see cref="CompositeKind.WeightedAverage"/>.</summary>
    /// <value>1.</value>
    public decimal Weight { get; init; } = 1;
}
