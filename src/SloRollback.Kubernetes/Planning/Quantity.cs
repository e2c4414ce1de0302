using System.Globalization;

namespace SloRollback.Kubernetes.Planning;

/// <summary>Amounts as Kubernetes writes them: <c>100m</c>, <c>1.5Gi</c>, <c>2e3</c>.</summary>
internal static class Quantity
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1024m), ("Mi", 1048576m), ("Gi", 1073741824m), ("Ti", 1099511627776m), ("Pi", 1125899906842624m), ("Ei", 1152921504606846976m),
        ("n", 1e-9m), ("u", 1e-6m), ("m", 1e-3m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m), ("P", 1e15m), ("E", 1e18m), ("", 1m),
    ];

    /// <summary>The amount; 0 for what cannot be read.</summary>
    public static decimal Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return 0;

        foreach (var (suffix, factor) in Suffixes)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && decimal.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                return number * factor;
            }
        }

        return 0;
    }
}
