using System.Collections.Immutable;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Policies;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads one objective: target, period, indicator, what is counted, rules, and what else is known about it.</summary>
internal sealed class ObjectiveReader(ConfigurationNode node, ReaderContext context)
{
    /// <summary>Is it made of other objectives?</summary>
    public bool IsComposite => IndicatorReader.KindOf(node) == IndicatorKind.Composite;

    /// <summary>Reads an objective that is measured itself; <see langword="null"/> when something of it is reported as wrong.</summary>
    public Objective? Read(ServiceTarget service)
    {
        var id = node.Id();
        if (!node.CheckKeys(KnownKeys.Objective))
            return null;

        var target = ReadTarget();
        var period = PeriodReader.Read(node, PeriodReader.Default, context);
        var indicator = IndicatorReader.Read(node, context);
        var slicing = new SlicingReader(node, IndicatorReader.KindOf(node, indicator), period, context.Step).Read();
        var scope = new ObjectiveScope
        {
            Service = service,
            Context = context,
            Target = target,
            Period = period,
            Grid = slicing.Grid,
            IsSliced = slicing.IsSliced,
        };
        return ReadRest(id, scope, slicing.IsRead ? indicator : null, slicing);
    }

    /// <summary>Reads a composite, when all that it may be made of is known.</summary>
    public Objective? ReadComposite(ServiceDraft service, ServiceCatalogue catalogue)
    {
        var id = node.Id();
        if (!node.CheckKeys(KnownKeys.Objective))
            return null;

        var target = ReadTarget();
        var reader = new CompositeReader(service, catalogue, context);
        var place = CompositeReader.Open(node);
        var composite = place is null ? new CompositeParts(null, [], false) : reader.Read(place);
        var period = PeriodReader.Read(node, composite.Period ?? PeriodReader.Default, context);
        var fits = place is not null && reader.Fit(place, composite, period);
        var scope = new ObjectiveScope
        {
            Service = composite.TargetFor(service.Target),
            Context = context,
            Target = target,
            Period = period,
            Grid = context.Step is { } step ? composite.Parts.FirstOrDefault()?.GridOr(step) : null,
            IsSliced = composite.IsSliced,
            IsComposite = true,
        };
        return ReadRest(id, scope, fits ? composite.Indicator : null, new Slicing());
    }

    private ObjectiveTarget? ReadTarget() => node.Required<ObjectiveTarget>("Target", ObjectiveTarget.TryParse, "\"99.9%\"");

    private Objective? ReadRest(string? id, ObjectiveScope scope, Indicator? indicator, Slicing slicing)
    {
        var downtimes = scope.IsComposite ? [] : new DowntimeReader(context.Zones).ReadAll(node);
        var isElsewhere = ReadMeasuredElsewhere(scope.IsComposite);
        var resets = AuditReader.ReadResets(node);
        var annotations = AuditReader.ReadAnnotations(node);
        ImmutableArray<PolicyRule> rules =
            [.. (node.Child("Rules")?.Entries("rule") ?? []).Select(rule => RuleReader.Read(rule, scope)).OfType<PolicyRule>()];
        if (id is null || scope.Target is not { } target || scope.Period is null || indicator is null)
            return null;

        var objective = new Objective
        {
            Id = id,
            Target = target,
            Period = scope.Period,
            Indicator = indicator,
            MeasuredElsewhere = isElsewhere,
            Budgeting = slicing.Method ?? BudgetingMethod.Occurrences,
            Slices = slicing.Slices,
            Rules = rules,
            Downtimes = downtimes,
            Resets = resets,
            Annotations = annotations,
        };
        return IsSound(objective) ? objective : null;
    }

    private bool ReadMeasuredElsewhere(bool isComposite)
    {
        const string Key = nameof(Objective.MeasuredElsewhere);
        if (!isComposite)
            return node.Value<bool>(Key, Number.TryParseFlag, false) ?? false;

        if (!node.IsAbsent(Key))
            node.Fault(Key, "is said of the members of a composite: it is not measured itself");
        return false;
    }

    // All of it should have been said above, in the words that are written; the core has the last word.
    private bool IsSound(Objective objective)
    {
        ImmutableArray<ConfigurationFault> faults = context.Step is { } step ? [.. ObjectiveFaults.Of(objective, step)] : [];
        foreach (var (path, message) in faults)
            node.Fault(path, message);
        return faults.IsEmpty;
    }
}
