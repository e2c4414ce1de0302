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
        let rate = reading.BurnRate ?? 0
        let text = string.Create(CultureInfo.InvariantCulture, $"{reading.Lookback.TotalSeconds:0} s {rate:0.0}× (limit {CheckoutObjective.Above}×)")
        select new BurnFigure(rate, text);
}

/// <summary>A burn rate, and how it is written.</summary>
internal readonly record struct BurnFigure(double Rate, string Text);
