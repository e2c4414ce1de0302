using System.Globalization;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Checks burn rates, and shares of the budget that are burned: neither can exceed that of a total outage, <c>1 / (1 - target)</c>.
/// </summary>
internal static class Factor
{
    /// <summary>The key <c>Above</c> as a factor; <see langword="null"/> when it is reported as wrong.</summary>
    public static decimal? ReadAbove(ConfigurationNode node, ObjectiveScope scope) => Check(
        node.Required<decimal>("Above", Number.TryParseFactor, "14.4"),
        node.PathOf("Above"),
        scope,
        factor => factor.ToString(CultureInfo.InvariantCulture));

    /// <summary>The key <c>Above</c> as a share of the budget; <see langword="null"/> when it is reported as wrong.</summary>
    public static decimal? ReadAboveShare(ConfigurationNode node, ObjectiveScope scope, string example) =>
        CheckShare(node.Required<decimal>("Above", Percentage.TryParse, example), node.PathOf("Above"), scope);

    public static decimal? CheckShare(decimal? above, string path, ObjectiveScope scope) => Check(above, path, scope, Percentage.Format);

    private static decimal? Check(decimal? above, string path, ObjectiveScope scope, Func<decimal, string> format)
    {
        // Divided, not multiplied: the product of a large factor would overflow.
        var highest = scope.Target is { } target ? 1 / target.ErrorBudgetFraction : (decimal?)null;
        var fault = above <= 0 ? "is not above 0"
            : above >= highest ? $"can never be exceeded: at {scope.Target} a total outage comes to {Rounded(highest.Value, format)}"
            : null;
        if (above is null || fault is null)
            return above;

        scope.Context.Log.Fault(path, $"{format(above.Value)} {fault}");
        return null;
    }

    private static string Rounded(decimal highest, Func<decimal, string> format) => format(Math.Round(highest, 4) / 1.0000m);
}
