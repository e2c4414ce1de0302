using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>A member of a composite, as far as it could be read.</summary>
/// <param name="Node">Its place.</param>
/// <param name="Service">The service that owns it.</param>
/// <param name="Objective">The objective; <see langword="null"/> when it is reported as wrong where it is defined.</param>
/// <param name="Weight">Its weight.</param>
internal sealed record CompositePart(ConfigurationNode Node, ServiceDraft Service, Objective? Objective, decimal Weight)
{
    /// <summary>Length of the steps that it is counted in.</summary>
    public Duration GridOr(Duration step) => Objective?.Slices?.Length ?? step;

    public CompositeMember ToMember() => new() { Service = Service.Id!.Value, Objective = Objective!.Id, Weight = Weight };
}

/// <summary>A composite's indicator, as far as it could be read.</summary>
/// <param name="Indicator">The indicator; <see langword="null"/> when something of it is reported as wrong.</param>
/// <param name="Parts">The members that could be read.</param>
/// <param name="IsWhole">Whether all members that are written could be found.</param>
internal sealed record CompositeParts(CompositeIndicator? Indicator, ImmutableArray<CompositePart> Parts, bool IsWhole)
{
    /// <summary>The period of a composite that says none: its members'.</summary>
    public CompliancePeriod? Period => Parts.FirstOrDefault(part => part.Objective is not null)?.Objective!.Period;

    /// <summary>Are all members counted by slices?</summary>
    public bool IsSliced => !Parts.IsEmpty && Parts.All(part => part.Objective is null or { Budgeting: not BudgetingMethod.Occurrences });

    /// <summary>
    /// The workload that a rule needs to name: a rollback acts on the one of the member whose release did it. Members that cannot be
    /// found are no second mistake.
    /// </summary>
    public ServiceTarget TargetFor(ServiceTarget own) => new(
        !IsWhole || Parts.Any(part => part.Service.Target.IsWritten),
        null,
        own.Resolved ?? Parts.Select(part => part.Service.Target.Resolved).FirstOrDefault(target => target is not null));
}
