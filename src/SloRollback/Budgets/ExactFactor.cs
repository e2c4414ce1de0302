using System.Numerics;

namespace SloRollback.Budgets;

/// <summary>
/// A decimal factor made ready for counts that are doubles: products are the double next to the exact one, comparisons are exact,
/// and neither costs a decimal operation but at the very boundary.
/// </summary>
internal readonly struct ExactFactor
{
    private readonly decimal factor;
    private readonly double high;
    private readonly double low;

    public ExactFactor(decimal factor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(factor);
        this.factor = factor;
        high = (double)factor;
        low = Rest(factor, high);
    }

    /// <summary>The product with some events, rounded once.</summary>
    public double Times(double events)
    {
        var product = high * events;
        return product + (Math.FusedMultiplyAdd(high, events, -product) + (low * events));
    }

    /// <summary>
    /// Is <c>part &gt; factor × whole</c>? Exactly the factor is not above it. Whole counts are compared exactly; what was divided is
    /// off by some ulps, and no further above than that is not above.
    /// </summary>
    public bool IsExceeded(double part, double whole)
    {
        var limit = high * whole;
        var (beyond, largest) = (part - limit, Math.Max(part, limit));
        if (Math.Abs(beyond) > ExactComparison.Tie * largest)
            return beyond > 0;

        return double.IsInteger(part) && double.IsInteger(whole)
            ? ExactComparison.Compare(part, factor, whole) > 0
            : beyond > ExactComparison.Rounding * largest;
    }

    // What the double lacks of the decimal. In whole numbers, since a conversion to decimal keeps 15 digits of a double only.
    private static double Rest(decimal value, double near)
    {
        if (near == 0)
            return 0;

        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        var digits = (new BigInteger((uint)parts[2]) << 64) + (new BigInteger((uint)parts[1]) << 32) + (uint)parts[0];
        var ten = BigInteger.Pow(10, (parts[3] >> 16) & 0xFF);
        var bits = BitConverter.DoubleToInt64Bits(near);
        var mantissa = new BigInteger((bits & 0xF_FFFF_FFFF_FFFF) | 0x10_0000_0000_0000);
        var exponent = (int)((bits >> 52) & 0x7FF) - 1075;
        return exponent >= 0
            ? (double)(digits - ((mantissa << exponent) * ten)) / (double)ten
            : (double)((digits << -exponent) - (mantissa * ten)) / (double)(ten << -exponent);
    }
}
