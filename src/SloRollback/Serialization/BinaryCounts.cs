namespace SloRollback.Serialization;

/// <summary>
/// Compact numbers of snapshots. Counts grow by whole events, mostly few: what one is more than the last takes a byte or two, and a
/// fraction nine.
/// </summary>
internal static class BinaryCounts
{
    private const long Fraction = 1;

    /// <summary>Writes a count that usually is a little more than another. Reading gives back the very same bits.</summary>
    public static void WriteCount(this BinaryWriter writer, double previous, double count)
    {
        var more = count - previous;
        if (more >= 0 && more < 1L << 53 && Math.Floor(more) == more && BitConverter.DoubleToInt64Bits(previous + more) == BitConverter.DoubleToInt64Bits(count))
        {
            writer.Write7BitEncodedInt64((long)more << 1);
            return;
        }

        writer.Write7BitEncodedInt64(Fraction);
        writer.Write(count);
    }

    public static double ReadCount(this BinaryReader reader, double previous)
    {
        var code = reader.Read7BitEncodedInt64();
        if (code == Fraction)
            return reader.ReadDouble();

        return (code & 1) == 0 && code >= 0 ? previous + (code >> 1) : throw new InvalidDataException("A count of the snapshot is damaged.");
    }

    /// <summary>Writes a whole number of either sign.</summary>
    public static void WriteNumber(this BinaryWriter writer, long number) => writer.Write7BitEncodedInt64((number << 1) ^ (number >> 63));

    public static long ReadNumber(this BinaryReader reader)
    {
        var code = reader.Read7BitEncodedInt64();
        return (long)((ulong)code >> 1) ^ -(code & 1);
    }

    /// <summary>Reads how many of something follow, so that nonsense does not ask for memory.</summary>
    public static int ReadLength(this BinaryReader reader, int most)
    {
        var length = reader.ReadNumber();
        return length >= 0 && length <= most ? (int)length : throw new InvalidDataException($"The snapshot holds {length} entries where at most {most} fit.");
    }
}
