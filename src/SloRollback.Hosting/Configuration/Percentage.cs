using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Shares as people write them: <c>1%</c>. The sign is required, since <c>0.5</c> could mean a half or half a per cent.
/// </summary>
internal static class Percentage
{
    public const string Examples = "1%, 0.5%";

    public static bool TryParse(string? text, out decimal share, [NotNullWhen(false)] out string? fault)
    {
        var trimmed = (text ?? "").Trim();
        if (trimmed.EndsWith('%') && Number.TryParseExact(trimmed[..^1].TrimEnd(), out var number))
        {
            share = number / 100;
            fault = null;
            return true;
        }

        share = 0;
        fault = $"\"{text}\" is not a percentage; examples: {Examples}";
        return false;
    }

    /// <summary>A share in per cent, exact.</summary>
    public static string Format(decimal share) =>
        string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.############################}%");
}
