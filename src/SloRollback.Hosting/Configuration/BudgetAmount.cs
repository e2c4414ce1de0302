using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SloRollback.Policies;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// An amount of error budget as people write it: <c>25%</c>, <c>20m</c> or <c>20 minutes</c>, <c>500 events</c> or <c>3 slices</c>.
/// Below 0 it is overspent by so much.
/// </summary>
/// <param name="Number">The amount, a share as a fraction.</param>
/// <param name="Unit">What it is stated in.</param>
/// <param name="IsSlices">Whether slices were written, and not events.</param>
internal readonly record struct BudgetAmount(decimal Number, BudgetUnit Unit, bool IsSlices = false)
{
    public const string Examples = "25%, 20m, 500 events";

    private static readonly Dictionary<string, (BudgetUnit Unit, bool IsSlices)> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["minute"] = (BudgetUnit.Minutes, false),
        ["minutes"] = (BudgetUnit.Minutes, false),
        ["event"] = (BudgetUnit.Events, false),
        ["events"] = (BudgetUnit.Events, false),
        ["slice"] = (BudgetUnit.Events, true),
        ["slices"] = (BudgetUnit.Events, true),
    };

    public static bool TryParse(string? text, out BudgetAmount amount, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        var trimmed = (text ?? "").Trim();
        var blank = trimmed.LastIndexOf(' ');
        var (before, word) = blank < 0 ? (trimmed, "") : (trimmed[..blank].TrimEnd(), trimmed[(blank + 1)..]);
        if (Percentage.TryParse(trimmed, out var share, out _))
            amount = new BudgetAmount(share, BudgetUnit.Share);
        else if (Words.TryGetValue(word, out var unit) && Configuration.Number.TryParseExact(before, out var number))
            amount = new BudgetAmount(number, unit.Unit, unit.IsSlices);
        else if (HumanDuration.TryParse(trimmed, out var duration, out _) && trimmed is not "0")
            amount = new BudgetAmount(HumanDuration.Nanoseconds(duration) / 60_000_000_000m, BudgetUnit.Minutes);
        else
            (amount, fault) = (default, $"\"{text}\" is not an amount of budget; examples: {Examples}");
        return fault is null;
    }

    /// <summary>The amount as it is read; events serve for slices too.</summary>
    public override string ToString() => Unit switch
    {
        BudgetUnit.Share => Percentage.Format(Number),
        BudgetUnit.Minutes => string.Create(CultureInfo.InvariantCulture, $"{Number} minutes"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Number} events"),
    };
}
