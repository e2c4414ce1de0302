namespace SloRollback.Tests.Docs;

/// <summary>Figures as people read them.</summary>
internal static class Figures
{
    public static string Percent(double? share, int digits = 2) => share is { } known
        ? Rounded(known * 100, digits).ToString("#,0." + new string('#', digits), CultureInfo.InvariantCulture) + " %"
        : "undefined";

    public static string Number(double? value, int digits = 2) => value is { } known
        ? Rounded(known, digits).ToString("#,0." + new string('#', digits), CultureInfo.InvariantCulture)
        : "undefined";

    private static decimal Rounded(double value, int digits) => Math.Round((decimal)value, digits, MidpointRounding.AwayFromZero);
}
