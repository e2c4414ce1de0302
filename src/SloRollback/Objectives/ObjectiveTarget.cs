using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SloRollback.Objectives;

/// <summary>
/// The share of valid events that must be good: a fraction above 0 and below 1, kept as a decimal so that the error budget
/// <c>1 - target</c> is exact.
/// </summary>
public readonly record struct ObjectiveTarget
{
    /// <summary>Makes a target from a fraction.</summary>
    /// <param name="fraction">Above 0 and below 1, for example 0.999.</param>
    /// <exception cref="ArgumentOutOfRangeException">0 or less, or 1 or more.</exception>
    public ObjectiveTarget(decimal fraction)
    {
        if (fraction is <= 0 or >= 1)
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "A target lies above 0 % and below 100 %.");

        Fraction = fraction;
    }

    /// <summary>The share of valid events that must be good, above 0 and below 1.</summary>
    public decimal Fraction { get; }

    /// <summary>The share of valid events that may be bad: <c>1 - target</c>, exact.</summary>
    public decimal ErrorBudgetFraction => 1m - Fraction;

    /// <summary>
    /// Reads a target as people write it (SEMANTICS §4): with <c>%</c> it is per cent; without, a number between 1 and 100 is per
    /// cent and one between 0 and 1 a fraction. 0, 1, 100 and everything outside are refused.
    /// </summary>
    /// <param name="text">For example <c>99.9%</c>, <c>99.9</c> or <c>0.999</c>.</param>
    /// <param name="target">The target, when it could be read.</param>
    /// <param name="fault">What is wrong with the text, when it could not be read.</param>
    public static bool TryParse(string? text, out ObjectiveTarget target, [NotNullWhen(false)] out string? fault)
    {
        target = default;
        var trimmed = text.AsSpan().Trim();
        var isPercent = trimmed.EndsWith('%');
        var digits = isPercent ? trimmed[..^1].TrimEnd() : trimmed;
        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            fault = $"\"{text}\" is not a target; examples: 99.9%, 0.999";
            return false;
        }

        var fraction = isPercent || number > 1 ? number / 100 : number;
        if (fraction is > 0 and < 1)
        {
            target = new ObjectiveTarget(fraction);
            fault = null;
            return true;
        }

        fault = fraction == 1
            ? $"\"{text}\" leaves no error budget; use a value below 100%"
            : $"\"{text}\" is not a target; it lies above 0% and below 100%";
        return false;
    }

    /// <summary>The target in per cent: <c>99.9%</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Fraction * 100:0.############################}%");
}
