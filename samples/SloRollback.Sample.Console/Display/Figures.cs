using System.Globalization;
using SloRollback.Objectives;

namespace SloRollback.Sample.Display;

/// <summary>Numbers as people read them, each beside its limit.</summary>
internal static class Figures
{
    public static string Seconds(TimeSpan elapsed) => string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0} s");

    public static string Share(double? share) =>
        share is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known * 100:0.#} %") : "–";

    public static IEnumerable<BurnFigure> BurnRates(ObjectiveStatus? objective) =>
        from reading in objective?.BurnRates ?? []
        select new BurnFigure(reading.BurnRate ?? 0, string.Create(CultureInfo.InvariantCulture, $"{reading.Lookback.TotalSeconds:0} s"));
}

/// <summary>A burn rate over a look-back.</summary>
internal readonly record struct BurnFigure(double Rate, string Lookback)
{
    public bool IsAbove => Rate > (double)CheckoutObjective.Above;

    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Rate:0.0}×");
}
