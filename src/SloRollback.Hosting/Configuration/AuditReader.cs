using System.Collections.Immutable;
using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads what people did to an objective or noted about it: budget resets and annotations.</summary>
internal static class AuditReader
{
    private const string AnInstant = "\"2026-03-01T10:00:00Z\"";

    public static ImmutableArray<BudgetReset> ReadResets(ConfigurationNode objective) =>
        [.. (objective.Child("Resets")?.Entries("reset") ?? []).Select(ReadReset).OfType<BudgetReset>()];

    public static ImmutableArray<Annotation> ReadAnnotations(ConfigurationNode objective) =>
        [.. (objective.Child("Annotations")?.Entries("annotation") ?? []).Select(ReadAnnotation).OfType<Annotation>()];

    private static BudgetReset? ReadReset(ConfigurationNode node)
    {
        var id = node.Id();
        if (!node.CheckKeys(KnownKeys.Reset))
            return null;

        var at = node.Required<Instant>("At", InstantText.TryParse, AnInstant);
        var reason = node.RequiredString("Reason", "\"the database was moved\"");
        var by = node.RequiredString("By", "\"anna\"");
        return id is null || at is null || reason is null || by is null
            ? null
            : new BudgetReset { Id = id, At = at.Value, Reason = reason, By = by };
    }

    private static Annotation? ReadAnnotation(ConfigurationNode node)
    {
        var id = node.Id();
        if (!node.CheckKeys(KnownKeys.Annotation))
            return null;

        var text = node.RequiredString("Text", "\"Black Friday\"");
        var isStretch = !node.IsAbsent("Start") || !node.IsAbsent("End");
        if (isStretch && !node.IsAbsent("At"))
        {
            node.Fault("At", "does not go with Start and End: a note is on an instant, or on a stretch");
            return null;
        }

        var start = node.Required<Instant>(isStretch ? "Start" : "At", InstantText.TryParse, AnInstant);
        var end = isStretch ? node.Required<Instant>("End", InstantText.TryParse, "\"2026-03-01T12:00:00Z\"") : null;
        if (!DowntimeReader.IsLater(node, "End", end, "Start", start) || id is null || text is null || start is null)
            return null;

        return new Annotation { Id = id, Start = start.Value, End = end, Text = text };
    }
}
