using System.Numerics;

namespace SloRollback.Prometheus.Http;

/// <summary>
/// The double next to a decimal number of up to 19 digits. Source: D. Lemire, "Number parsing at a gigabyte per second", Software:
/// Practice and Experience 51 (2021), section 5; W. D. Clinger, "How to read floating point numbers accurately" (1990), for short
/// numbers.
/// </summary>
internal static class DecimalDigits
{
    private const int MaximumDecimals = 27;
    private const int MantissaBits = 52;
    private const ulong ExactIntegers = 1ul << 53;

    private static readonly double[] PowersOfTen = [.. Enumerable.Range(0, 23).Select(i => (double)BigInteger.Pow(10, i))];

    // 5^-i, its leading 128 bits rounded up.
    private static readonly (ulong High, ulong Low)[] Inverses = [.. Enumerable.Range(0, MaximumDecimals + 1).Select(Inverse)];

    /// <summary>Takes <paramref name="digits"/> · 10^-<paramref name="decimals"/>, rounded once, to even.</summary>
    /// <returns>Whether that can be told here.</returns>
    public static bool TryScale(ulong digits, int decimals, out double value)
    {
        if ((decimals == 0 && digits <= long.MaxValue) || digits == 0)
        {
            value = (long)digits;
            return true;
        }

        if (digits <= ExactIntegers && decimals < PowersOfTen.Length)
        {
            // Both are exact, so the division rounds once.
            value = digits / PowersOfTen[decimals];
            return true;
        }

        var isKnown = decimals <= MaximumDecimals;
        value = isKnown ? ScaleLong(digits, decimals) : 0;
        return isKnown;
    }

    private static double ScaleLong(ulong digits, int decimals)
    {
        var zeros = BitOperations.LeadingZeroCount(digits);
        var normal = digits << zeros;
        var (high, low) = Product(normal, Inverses[decimals]);
        var upperBit = (int)(high >> 63);
        var shift = upperBit + 64 - MantissaBits - 3;
        var mantissa = high >> shift;

        // Half way between two doubles, which needs a small power of five: to the even one.
        if (low <= 1 && decimals <= 4 && (mantissa & 3) == 1 && mantissa << shift == high)
            mantissa &= ~1ul;

        mantissa = (mantissa + (mantissa & 1)) >> 1;
        var exponent = (((152170 + 65536) * -decimals) >> 16) + 63 + upperBit - zeros + 1023;
        if (mantissa >= 2ul << MantissaBits)
        {
            mantissa = 1ul << MantissaBits;
            exponent++;
        }

        return BitConverter.UInt64BitsToDouble((mantissa & ~(1ul << MantissaBits)) | ((ulong)exponent << MantissaBits));
    }

    private static (ulong High, ulong Low) Product(ulong normal, (ulong High, ulong Low) factor)
    {
        var high = Math.BigMul(normal, factor.High, out var low);
        if ((high & 0x1FF) != 0x1FF)
            return (high, low);

        // The bits that decide are all ones: what the factor's lower half adds may carry into them.
        var added = Math.BigMul(normal, factor.Low, out _);
        low += added;
        return (low < added ? high + 1 : high, low);
    }

    private static (ulong High, ulong Low) Inverse(int power)
    {
        if (power == 0)
            return (1ul << 63, 0);

        var divisor = BigInteger.Pow(5, power);
        var inverse = (BigInteger.One << ((int)divisor.GetBitLength() + 127)) / divisor + 1;
        return ((ulong)(inverse >> 64), (ulong)(inverse & ulong.MaxValue));
    }
}
