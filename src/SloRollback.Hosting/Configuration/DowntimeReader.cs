using System.Collections.Immutable;
using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads stretches of time that do not count: once from a start to an end, or again and again.</summary>
internal sealed class DowntimeReader(IDateTimeZoneProvider zones)
{
    private const string Once = "\"Start\": \"2026-03-01T10:00:00Z\", \"End\": \"2026-03-01T12:00:00Z\"";
    private const string Again = "\"Every\": \"day\", \"At\": \"02:00\", \"For\": \"1h\"";

    private static readonly string[] OfOnce = ["Start", "End"];
    private static readonly string[] OfAgain = ["Every", "On", "At", "For", "Zone", "From", "Until"];

    private enum Recurrence
    {
        Day,
        Week,
        Month,
    }

    /// <summary>The downtimes of a service, an objective or all services, as far as they could be read.</summary>
    public ImmutableArray<Downtime> ReadAll(ConfigurationNode owner) =>
        [.. (owner.Child("Downtimes")?.Entries("downtime") ?? []).Select(Read).OfType<Downtime>()];

    private Downtime? Read(ConfigurationNode node)
    {
        var id = node.Id();
        if (!node.CheckKeys(KnownKeys.Downtime))
            return null;

        var reason = node.String("Reason") ?? "";
        string[] once = [.. OfOnce.Where(key => !node.IsAbsent(key))];
        string[] again = [.. OfAgain.Where(key => !node.IsAbsent(key))];
        if (once.Length > 0 && again.Length > 0)
            node.Fault($"is either once or again and again: {string.Join(", ", once)} does not go with {string.Join(", ", again)}");
        else if (once.Length == 0 && again.Length == 0)
            node.Fault($"says no time; examples: {{ {Once} }}, {{ {Again} }}");
        else
            return once.Length > 0 ? ReadOnce(node, id, reason) : ReadAgain(node, id, reason);

        return null;
    }

    private static OneOffDowntime? ReadOnce(ConfigurationNode node, string? id, string reason)
    {
        var start = node.Required<Instant>("Start", InstantText.TryParse, "\"2026-03-01T10:00:00Z\"");
        var end = node.Required<Instant>("End", InstantText.TryParse, "\"2026-03-01T12:00:00Z\"");
        if (!IsLater(node, "End", end, "Start", start) || id is null || start is null || end is null)
            return null;

        return new OneOffDowntime { Id = id, Reason = reason, Start = start.Value, End = end.Value };
    }

    private RecurringDowntime? ReadAgain(ConfigurationNode node, string? id, string reason)
    {
        var every = node.Required<Recurrence>("Every", Number.TryParseName, "\"day\"");
        var daysOfWeek = ReadDays<IsoDayOfWeek>(node, every, Recurrence.Week, CalendarNames.TryParseDayOfWeek, "\"Monday, Thursday\"");
        var daysOfMonth = ReadDays<int>(node, every, Recurrence.Month, CalendarNames.TryParseDayOfMonth, "\"1, 15\"");
        if (every == Recurrence.Day && !node.IsAbsent("On"))
            node.Fault("On", "does not apply to every day; write \"Every\": \"week\" or \"month\"");

        var at = node.Required<LocalTime>("At", InstantText.TryParseTime, "\"02:00\"");
        var length = ReadLength(node);
        var zone = ZoneReader.Read(node, zones);
        var from = node.Value<Instant>("From", InstantText.TryParse, null);
        var until = node.Value<Instant>("Until", InstantText.TryParse, null);
        if (!IsLater(node, "Until", until, "From", from) || id is null || daysOfWeek is null || daysOfMonth is null)
            return null;
        if (every is null || at is null || length is null || zone is null)
            return null;

        return new RecurringDowntime
        {
            Id = id,
            Reason = reason,
            DaysOfWeek = daysOfWeek.Value,
            DaysOfMonth = daysOfMonth.Value,
            TimeOfDay = at.Value,
            Length = length.Value,
            Zone = zone,
            From = from,
            Until = until,
        };
    }

    /// <summary>Its days of one kind; none where that kind does not apply, <see langword="null"/> when they are reported as wrong.</summary>
    private static ImmutableArray<T>? ReadDays<T>(
        ConfigurationNode node, Recurrence? every, Recurrence applies, TryParse<T> parse, string example)
        where T : struct
    {
        if (every != applies)
            return [];
        if (node.RequiredString("On", example) is not { } written)
            return null;

        var days = ImmutableArray.CreateBuilder<T>();
        foreach (var text in written.Split(','))
        {
            if (!parse(text.Trim(), out var day, out var fault))
            {
                node.Fault("On", fault);
                return null;
            }

            days.Add(day);
        }

        return days.ToImmutable();
    }

    private static Duration? ReadLength(ConfigurationNode node)
    {
        var length = node.Required<Duration>("For", HumanDuration.TryParse, "\"1h\"");
        if (length is null || (length > Duration.Zero && length <= RecurringDowntime.MaximumLength))
            return length;

        var (written, longest) = (HumanDuration.Format(length.Value), HumanDuration.Format(RecurringDowntime.MaximumLength));
        node.Fault("For", $"{written} is outside its range, more than 0 and at most {longest}");
        return null;
    }

    internal static bool IsLater(ConfigurationNode node, string key, Instant? end, string startKey, Instant? start)
    {
        if (!(end <= start))
            return true;

        node.Fault(key, $"{InstantText.Format(end.Value)} is not later than {startKey}, {InstantText.Format(start.Value)}");
        return false;
    }
}
