using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SloRollback.Hosting.Configuration;

/// <summary>Numbers, names of an enumeration and truth values as configuration writes them, with what to say when they are not.</summary>
internal static class Number
{
    public static bool TryParseExact(string? text, out decimal number) =>
        decimal.TryParse(
            text,
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out number);

    public static bool TryParseFactor(string? text, out decimal factor, [NotNullWhen(false)] out string? fault)
    {
        var isNumber = TryParseExact(text?.Trim(), out factor);
        fault = isNumber ? null : $"\"{text}\" is not a number; examples: 14.4, 6";
        return isNumber;
    }

    public static bool TryParseCount(string? text, out long count, [NotNullWhen(false)] out string? fault)
    {
        var isNumber = long.TryParse(text?.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out count);
        fault = isNumber ? null : $"\"{text}\" is not a whole number; examples: 5, 100";
        return isNumber;
    }

    public static bool TryParseFlag(string? text, out bool flag, [NotNullWhen(false)] out string? fault)
    {
        var isFlag = bool.TryParse(text, out flag);
        fault = isFlag ? null : $"\"{text}\" is neither true nor false";
        return isFlag;
    }

    /// <summary>Reads the name of a value. Numbers are refused: nobody who reads <c>"Mode": 2</c> knows what it does.</summary>
    public static bool TryParseName<T>(string? text, out T value, [NotNullWhen(false)] out string? fault)
        where T : struct, Enum
    {
        foreach (var name in Enum.GetNames<T>())
        {
            if (string.Equals(name, text?.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                value = Enum.Parse<T>(name);
                fault = null;
                return true;
            }
        }

        value = default;
        fault = $"\"{text}\" is not known; one of: {string.Join(", ", Enum.GetNames<T>())}";
        return false;
    }
}
