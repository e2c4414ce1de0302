using System.Text;
using NodaTime;
using NodaTime.Text;

namespace SloRollback.PostgreSql.Rollbacks;

/// <summary>Instants and people's words as the database keeps them.</summary>
internal static class SqlValue
{
    // What PostgreSQL and .NET can both hold.
    private static readonly Instant Earliest = Instant.FromUtc(1, 1, 1, 0, 0), Latest = Instant.FromUtc(9999, 12, 31, 0, 0);

    /// <summary>An instant for a column that is compared: to the microsecond, the exact one is in the payload or beside it.</summary>
    public static DateTime TimeOf(Instant instant) => Instant.Max(Earliest, Instant.Min(Latest, instant)).ToDateTimeUtc();

    public static string TextOf(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    public static Instant InstantOf(string text) => InstantPattern.ExtendedIso.Parse(text).GetValueOrThrow();

    /// <summary>PostgreSQL takes every character but NUL, and no half of one.</summary>
    public static string Clean(string text) =>
        text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || text.Contains('\0')
            ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD')
            : text;
}
