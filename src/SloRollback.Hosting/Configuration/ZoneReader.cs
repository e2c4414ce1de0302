using NodaTime;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads the time zone in which days begin.</summary>
internal static class ZoneReader
{
    public const string Default = "UTC";

    /// <summary>The zone's id as the tz database writes it; <see langword="null"/> when it is reported as unknown.</summary>
    public static string? Read(ConfigurationNode node, IDateTimeZoneProvider zones)
    {
        if (node.IsAbsent("Zone"))
            return Default;
        if (node.String("Zone") is not { } written)
            return null;
        if (zones.Ids.FirstOrDefault(id => string.Equals(id, written, StringComparison.OrdinalIgnoreCase)) is { } known)
            return known;
        if (zones.GetZoneOrNull(written) is { } offset)
            return offset.Id;

        node.Fault("Zone", NearestTo(written, zones) is { } near
            ? $"\"{written}\" is not a time zone; did you mean \"{near}\"?"
            : $"\"{written}\" is not a time zone of the tz database; examples: UTC, Europe/Berlin");
        return null;
    }

    // People write the city alone.
    private static string? NearestTo(string written, IDateTimeZoneProvider zones) =>
        Nearest.Find(written, zones.Ids)
            ?? zones.Ids.FirstOrDefault(id => id.EndsWith("/" + written.Replace(' ', '_'), StringComparison.OrdinalIgnoreCase));
}
