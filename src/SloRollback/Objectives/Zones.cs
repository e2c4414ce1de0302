using NodaTime;
using NodaTime.TimeZones;

namespace SloRollback.Objectives;

/// <summary>Time zones by their id, and where local days begin in them.</summary>
internal static class Zones
{
    public const string Utc = "UTC";

    public static DateTimeZone Find(string id, IDateTimeZoneProvider zones) => zones.GetZoneOrNull(id)
        ?? throw new DateTimeZoneNotFoundException($"\"{id}\" is not a time zone of the tz database; examples: UTC, Europe/Berlin");

    /// <summary>
    /// The first instant of a local day. Where midnight is skipped it is the one after the gap, also when the gap swallows the whole
    /// day (for which <see cref="DateTimeZone.AtStartOfDay"/> has no answer); where it comes twice, the first.
    /// </summary>
    public static Instant StartOfDay(this DateTimeZone zone, LocalDate date)
    {
        var midnight = zone.MapLocal(date.AtMidnight());
        return midnight.Count == 0 ? midnight.LateInterval.Start : midnight.First().ToInstant();
    }
}
