namespace SloRollback.Tests.Docs;

/// <summary>Figures as people read them.</summary>
internal static class Figures
{
    public static string Percent(double? share, int digits = 2) => share is { } known ? Number(known * 100, digits) + " %" : "undefined";

    public static string Number(double? value, int digits = 2) => value is { } known
        ? Math.Round((decimal)known, digits, MidpointRounding.AwayFromZero).ToString(Format(digits), CultureInfo.InvariantCulture)
        : "undefined";

    // A minus sign as it is printed, and none before 0.
    private static string Format(int digits)
    {
        var format = "#,0." + new string('#', digits);
        return $"{format};−{format};0";
    }
}
