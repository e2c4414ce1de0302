using NodaTime;
using SloRollback.Indicators;

namespace SloRollback.Objectives;

/// <summary>What is wrong with how an objective is measured, as far as the objective alone can tell.</summary>
internal static class ObjectiveFaults
{
    /// <summary>All faults, each with its path inside the objective, such as <c>Slices:Length</c>.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="step">Length of the engine's step, above 0.</param>
    public static IEnumerable<ConfigurationFault> Of(Objective objective, Duration step)
    {
        var indicator = objective.Indicator switch
        {
            EventRatioIndicator ratio => OfEventRatio(ratio),
            LatencyIndicator latency => OfLatency(latency),
            GaugeIndicator gauge => OfGauge(gauge, objective.Budgeting),
            CompositeIndicator composite => OfComposite(composite),
            _ => [],
        };
        return [.. indicator, .. OfBudgeting(objective), .. objective.Slices is { } slices ? OfSlices(slices, objective, step) : []];
    }

    private static IEnumerable<ConfigurationFault> OfEventRatio(EventRatioIndicator ratio)
    {
        var given = new[] { ratio.Good, ratio.Bad, ratio.Valid }.Count(selector => selector is not null);
        if (given != 2)
            yield return Fault("Indicator", $"needs exactly two of Good, Bad and Valid, and has {given}");
    }

    private static IEnumerable<ConfigurationFault> OfLatency(LatencyIndicator latency)
    {
        if (string.IsNullOrWhiteSpace(latency.Histogram))
            yield return Fault("Indicator:Histogram", $"is empty");
        if (latency.Threshold <= Duration.Zero)
            yield return Fault("Indicator:Threshold", $"{HumanFormat.Length(latency.Threshold)} is not above 0");
    }

    private static IEnumerable<ConfigurationFault> OfGauge(GaugeIndicator gauge, BudgetingMethod budgeting)
    {
        if (string.IsNullOrWhiteSpace(gauge.Gauge))
            yield return Fault("Indicator:Gauge", $"is empty");
        if (budgeting != BudgetingMethod.Timeslices)
            yield return Fault("Budgeting", $"a gauge has no events to count: it needs {nameof(BudgetingMethod.Timeslices)}");
    }

    private static IEnumerable<ConfigurationFault> OfComposite(CompositeIndicator composite)
    {
        var members = composite.Members;
        if (members.Length is < CompositeIndicator.MinimumMembers or > CompositeIndicator.MaximumMembers)
            yield return Fault(
                "Indicator:Members",
                $"has {members.Length} members; a composite has {CompositeIndicator.MinimumMembers} to {CompositeIndicator.MaximumMembers}");
        if (!Enum.IsDefined(composite.Kind))
            yield return Fault("Indicator:Kind", $"{composite.Kind} is not one of {string.Join(", ", Enum.GetNames<CompositeKind>())}");
        if (composite.Source.Length > 0)
            yield return Fault("Indicator:Source", $"a composite is computed from its members and read from no source");

        foreach (var member in members)
        {
            if (member.Weight <= 0)
                yield return Fault(
                    "Indicator:Members",
                    $"{member.Service}/{member.Objective} has a weight of {member.Weight}; a weight is above 0");
        }

        foreach (var twice in members.GroupBy(m => (m.Service, m.Objective)).Where(g => g.Count() > 1))
            yield return Fault("Indicator:Members", $"{twice.Key.Service}/{twice.Key.Objective} is a member more than once");
    }

    private static IEnumerable<ConfigurationFault> OfBudgeting(Objective objective)
    {
        if (!Enum.IsDefined(objective.Budgeting))
            yield return Fault("Budgeting", $"{objective.Budgeting} is not one of {string.Join(", ", Enum.GetNames<BudgetingMethod>())}");
        if (objective.Indicator is CompositeIndicator)
            yield break;

        if (objective.Budgeting == BudgetingMethod.Timeslices && objective.Slices is null)
            yield return Fault("Slices", $"is missing: it says when a slice is good, such as >= 0.99");
        if (objective.Budgeting == BudgetingMethod.Occurrences && objective.Slices is not null)
            yield return Fault(
                "Slices",
                $"means something for {nameof(BudgetingMethod.Timeslices)} and {nameof(BudgetingMethod.RatioTimeslices)} only, not for {objective.Budgeting}");
    }

    private static IEnumerable<ConfigurationFault> OfSlices(TimeSlices slices, Objective objective, Duration step)
    {
        if (slices.Length <= Duration.Zero || slices.Length.ToInt128Nanoseconds() % step.ToInt128Nanoseconds() != 0)
            yield return Fault(
                "Slices:Length",
                $"{HumanFormat.Length(slices.Length)} is no whole multiple of a step, {HumanFormat.Length(step)}");
        if (objective.Period is RollingPeriod period && slices.Length > period.Length)
            yield return Fault(
                "Slices:Length",
                $"{HumanFormat.Length(slices.Length)} is longer than the period, {HumanFormat.Length(period.Length)}");
        if (!Enum.IsDefined(slices.Operator))
            yield return Fault(
                "Slices:Operator",
                $"{slices.Operator} is not one of {string.Join(", ", Enum.GetNames<ComparisonOperator>())}");
        if (!Enum.IsDefined(slices.Missing))
            yield return Fault("Slices:Missing", $"{slices.Missing} is not one of {string.Join(", ", Enum.GetNames<MissingSlices>())}");
        if (slices.Consecutive is < 1 or > TimeSlices.MaximumConsecutive)
            yield return Fault("Slices:Consecutive", $"{slices.Consecutive} is not between 1 and {TimeSlices.MaximumConsecutive}");

        if (objective.Indicator is EventRatioIndicator or LatencyIndicator && slices.Threshold is < 0 or > 1)
            yield return Fault("Slices:Threshold", $"{slices.Threshold} is not between 0 and 1: it is compared with good / valid");
        if (objective.Budgeting == BudgetingMethod.RatioTimeslices && (slices.Consecutive != 1 || slices.Retroactive))
            yield return Fault(
                "Slices",
                $"Consecutive and Retroactive mean something for {nameof(BudgetingMethod.Timeslices)} only, not for {objective.Budgeting}");
    }

    private static ConfigurationFault Fault(string path, FormattableString message) => new(path, FormattableString.Invariant(message));
}
