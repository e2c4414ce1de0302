using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>What a rule is read against; nothing is checked against a member that could not be read and is <see langword="null"/>.</summary>
internal sealed record ObjectiveScope
{
    /// <summary>The workload that rollbacks act on; of a composite the first of its members'.</summary>
    public required ServiceTarget Service { get; init; }

    public required ReaderContext Context { get; init; }

    public ObjectiveTarget? Target { get; init; }

    public CompliancePeriod? Period { get; init; }

    /// <summary>Length of the steps that the objective is counted in: the engine's, or a slice.</summary>
    public Duration? Grid { get; init; }

    /// <summary>Are slices counted instead of events?</summary>
    public bool IsSliced { get; init; }

    public bool IsComposite { get; init; }

    public Duration? PeriodLength => Period is null ? null : PeriodLengths.Of(Period);

    /// <summary>What is wrong with a length of time that is to be counted in steps, or <see langword="null"/>.</summary>
    public string? GridFault(Duration length)
    {
        if (Grid is not { } grid)
            return null;

        var (what, written) = (IsSliced ? "slice" : "step", HumanDuration.Format(grid));
        if (length < grid)
            return $"is shorter than one {what}, {written}";
        return HumanDuration.Nanoseconds(length) % HumanDuration.Nanoseconds(grid) == 0
            ? null
            : $"is not a whole number of {what}s of {written}";
    }
}
