using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SloRollback.Indicators;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads an indicator that is made of other objectives, and finds them.</summary>
internal sealed class CompositeReader(ServiceDraft service, ServiceCatalogue catalogue, ReaderContext context)
{
    private const string Example = "{ \"availability\": {}, \"payments/availability\": {} }";

    private static readonly string[] OfMembers = ["Budgeting", "Slices", "Downtimes"];

    /// <summary>The place of a composite; <see langword="null"/> when it is reported as wrong.</summary>
    public static ConfigurationNode? Open(ConfigurationNode objective)
    {
        var indicator = objective.Child("Indicator")!;
        if (!indicator.CheckKeys(KnownKeys.Indicator))
            return null;

        if (!indicator.IsAbsent("Source"))
            indicator.Fault("Source", "does not apply: a composite is computed from its members and read from no source");
        foreach (var key in OfMembers.Where(key => objective.Child(key) is not null))
            objective.Fault(key, "does not apply to a composite: it has its members'");

        var place = indicator.Child("Composite")!;
        return place.CheckKeys(KnownKeys.Composite) ? place : null;
    }

    /// <summary>Reads the members, without comparing them.</summary>
    public CompositeParts Read(ConfigurationNode place)
    {
        var kind = place.Value<CompositeKind>("Kind", Number.TryParseName, CompositeKind.WeightedAverage);
        var entries = place.Child("Members")?.Entries("member") ?? [];
        var isCountRight = entries.Length is >= CompositeIndicator.MinimumMembers and <= CompositeIndicator.MaximumMembers;
        if (entries.IsEmpty)
            place.Missing("Members", Example);
        else if (!isCountRight)
            place.Fault("Members", string.Create(
                CultureInfo.InvariantCulture,
                $"a composite has {CompositeIndicator.MinimumMembers} to {CompositeIndicator.MaximumMembers} members,"
                    + $" and this one has {entries.Length}; example: {Example}"));

        ImmutableArray<CompositePart> parts = [.. entries.Select(entry => ReadMember(entry, kind)).OfType<CompositePart>()];
        var isWhole = parts.Length == entries.Length;
        var indicator = kind is { } known && isWhole && isCountRight && parts.All(part => part.Objective is not null)
            ? new CompositeIndicator { Kind = known, Members = [.. parts.Select(part => part.ToMember())] }
            : null;
        return new CompositeParts(indicator, parts, isWhole);
    }

    /// <summary>Reports members that do not fit the composite or one another.</summary>
    /// <returns>Whether all of them fit.</returns>
    public bool Fit(ConfigurationNode place, CompositeParts composite, CompliancePeriod? period)
    {
        var kind = composite.Indicator?.Kind;
        var first = composite.Parts.FirstOrDefault(part => part.Objective is not null);
        var fits = true;
        foreach (var part in composite.Parts.Where(part => part.Objective is not null))
        {
            if (FaultOf(part, first!, kind, period) is not { } fault)
                continue;

            part.Node.Fault(fault);
            fits = false;
        }

        var found = composite.Parts.Where(part => part.Objective is not null);
        foreach (var twice in found.GroupBy(part => (part.Service.Node.Path, part.Objective!.Id)).Where(same => same.Count() > 1))
        {
            place.Fault("Members", $"{string.Join(" and ", twice.Select(part => $"\"{part.Node.Key}\""))} are the same objective");
            fits = false;
        }

        return fits;
    }

    private string? FaultOf(CompositePart part, CompositePart first, CompositeKind? kind, CompliancePeriod? period)
    {
        var objective = part.Objective!;
        if (kind == CompositeKind.All && objective.Budgeting != BudgetingMethod.Timeslices)
            return $"is counted by {objective.Budgeting}, and \"All\" takes members that are counted by Timeslices";
        if (period is not null && objective.Period != period)
        {
            return $"is about {PeriodLengths.Describe(objective.Period)}, and the composite about {PeriodLengths.Describe(period)};"
                + " one period holds for all";
        }

        if (context.Step is not { } step || part.GridOr(step) == first.GridOr(step))
            return null;

        var (own, other) = (HumanDuration.Format(part.GridOr(step)), HumanDuration.Format(first.GridOr(step)));
        return $"is counted in steps of {own}, and \"{first.Node.Key}\" of {other}; members are counted in the same";
    }

    private CompositePart? ReadMember(ConfigurationNode node, CompositeKind? kind)
    {
        var weight = ReadWeight(node);
        if (weight is not null && kind is { } known && known != CompositeKind.WeightedAverage && !IsUnweighted(node))
            node.Fault($"a weight does not apply to \"{known}\"; it is for \"WeightedAverage\"");

        if (ServiceCatalogue.PartsOf(node.Key) is not { Length: >= 1 and <= 3 } parts)
        {
            node.Fault("is not an objective; examples: availability, payments/availability, payments/production/availability");
            return null;
        }

        var owner = parts.Length == 1 ? service : catalogue.Find(parts[..^1], service, node.Path);
        if (owner?.Id is null || FindIn(owner, parts[^1], node) is not { } found)
            return null;

        if (!found.IsComposite)
            return weight is null ? null : new CompositePart(node, owner, found.Read, weight.Value);

        node.Fault("is a composite itself; members are objectives that are read from a source");
        return null;
    }

    private static ObjectiveDraft? FindIn(ServiceDraft owner, string objective, ConfigurationNode node)
    {
        if (owner.Find(objective) is { } found)
            return found;

        string[] known = [.. owner.Objectives.Where(o => !o.IsComposite).Select(o => o.Node.Key)];
        var suggestion = known.Length > 1 && Nearest.Find(objective, known) is { } near ? $"did you mean \"{near}\"? " : "";
        var list = known.Length == 0 ? "there is none to be a member" : $"known: {string.Join(", ", known)}";
        node.Log.Unregistered(node.Path, $"\"{objective}\" is not an objective of {owner.Id}; {suggestion}{list}");
        return null;
    }

    private static bool IsUnweighted(ConfigurationNode node) => node.Children.IsEmpty && string.IsNullOrWhiteSpace(node.Text);

    // "payments/availability": 2 is short for { "Weight": 2 }.
    private static decimal? ReadWeight(ConfigurationNode node)
    {
        if (IsUnweighted(node))
            return 1;

        var isShort = node.Children.IsEmpty;
        if (!isShort && !node.CheckKeys(KnownKeys.Member))
            return null;

        var weight = isShort ? node.Itself<decimal>(TryParseWeight) : node.Value<decimal>("Weight", TryParseWeight, 1);
        if (weight is null or > 0)
            return weight;

        var fault = string.Create(CultureInfo.InvariantCulture, $"{weight} is not above 0; example: 2");
        node.Log.Fault(isShort ? node.Path : node.PathOf("Weight"), fault);
        return null;
    }

    private static bool TryParseWeight(string? text, out decimal weight, [NotNullWhen(false)] out string? fault)
    {
        var isNumber = Number.TryParseExact(text?.Trim(), out weight);
        fault = isNumber ? null : $"\"{text}\" is not a weight; examples: 1, 2.5";
        return isNumber;
    }
}
