using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>When a slice is good, as people write it: <c>>= 99%</c> or <c>&lt;= 0.3</c>. The value stands on the left.</summary>
internal readonly record struct SliceCondition(ComparisonOperator Operator, decimal Threshold)
{
    // The longer ones first: "<" begins "<=".
    private static readonly (string Text, ComparisonOperator Operator)[] Operators =
    [
        ("<=", ComparisonOperator.LessOrEqual), (">=", ComparisonOperator.GreaterOrEqual),
        ("<", ComparisonOperator.Less), (">", ComparisonOperator.Greater),
    ];

    public static bool TryParse(string? text, out SliceCondition condition, [NotNullWhen(false)] out string? fault)
    {
        var trimmed = (text ?? "").Trim();
        var known = Operators.FirstOrDefault(o => trimmed.StartsWith(o.Text, StringComparison.Ordinal));
        var value = known.Text is null ? "" : trimmed[known.Text.Length..].Trim();
        var isRead = Percentage.TryParse(value, out var threshold, out _) || Number.TryParseExact(value, out threshold);
        condition = new SliceCondition(known.Operator, threshold);
        fault = isRead ? null : $"\"{text}\" does not say when a slice is good; examples: >= 99%, <= 0.3";
        return isRead;
    }

    public override string ToString()
    {
        var written = Operator;
        var text = Operators.FirstOrDefault(o => o.Operator == written).Text ?? written.ToString();
        return string.Create(CultureInfo.InvariantCulture, $"{text} {Threshold}");
    }
}
