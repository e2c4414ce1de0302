using SloRollback.Serialization;

namespace SloRollback.Tests.Serialization;

public sealed class BinaryCountsTests
{
    private static byte[] Written(Action<BinaryWriter> write)
    {
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        write(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static BinaryReader Reader(Action<BinaryWriter> write) => new(new MemoryStream(Written(write)));

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(5, 5, 1)]
    [InlineData(5, 68, 1)]
    [InlineData(5, 69, 2)]
    [InlineData(0.5, 3.5, 1)]
    [InlineData(0, 9_007_199_254_740_991, 8)]
    [InlineData(0, 9_007_199_254_740_992, 9)]
    [InlineData(5, 4, 9)]
    [InlineData(5, 5.5, 9)]
    [InlineData(0, -0.0, 9)]
    [InlineData(0.1, 1.1, 1)]
    [InlineData(0.1, 0.30000000000000004, 9)]
    [InlineData(-3.3, 1e300, 9)]
    [InlineData(0, double.NaN, 9)]
    [InlineData(double.NaN, 7, 9)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, 9)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity, 9)]
    public void A_count_is_read_back_to_the_bit_and_one_that_is_some_whole_events_more_takes_few_bytes(double previous, double count, int bytes)
    {
        Assert.Equal(bytes, Written(w => w.WriteCount(previous, count)).Length);
        using var reader = Reader(w => w.WriteCount(previous, count));
        Assert.Equal(BitConverter.DoubleToInt64Bits(count), BitConverter.DoubleToInt64Bits(reader.ReadCount(previous)));
    }

    [DiceProperty(MaxTest = 1000)]
    public void Any_count_after_any_other_is_read_back_to_the_bit(Dice dice)
    {
        double Any() => dice.Of(dice.Below(1000), dice.Below(1000) / 10.0, dice.Below(int.MaxValue) * 1e7, BitConverter.Int64BitsToDouble(((long)dice.Below(int.MaxValue) << 32) + dice.Below(int.MaxValue)));
        var (previous, count) = (Any(), Any());
        using var reader = Reader(w => w.WriteCount(previous, count));
        Assert.Equal(BitConverter.DoubleToInt64Bits(count), BitConverter.DoubleToInt64Bits(reader.ReadCount(previous)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-2)]
    [InlineData(long.MinValue)]
    public void A_code_that_no_count_has_is_refused(long code)
    {
        using var reader = Reader(w => w.Write7BitEncodedInt64(code));
        Assert.Throws<InvalidDataException>(() => reader.ReadCount(0));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(63, 1)]
    [InlineData(-64, 1)]
    [InlineData(64, 2)]
    [InlineData(long.MaxValue, 10)]
    [InlineData(long.MinValue, 10)]
    public void Small_numbers_of_either_sign_take_one_byte(long number, int bytes)
    {
        Assert.Equal(bytes, Written(w => w.WriteNumber(number)).Length);
        using var reader = Reader(w => w.WriteNumber(number));
        Assert.Equal(number, reader.ReadNumber());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(9, true)]
    [InlineData(10, false)]
    [InlineData(-1, false)]
    [InlineData(1L << 32, false)]
    public void No_more_is_read_than_fits(long length, bool fits)
    {
        using var reader = Reader(w => w.WriteNumber(length));
        if (fits) Assert.Equal(length, reader.ReadLength(9));
        else Assert.Contains($"holds {length} entries where at most 9 fit", Assert.Throws<InvalidDataException>(() => reader.ReadLength(9)).Message, StringComparison.Ordinal);
    }
}
