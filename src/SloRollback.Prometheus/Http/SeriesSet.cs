using System.Buffers;
using System.Buffers.Binary;

namespace SloRollback.Prometheus.Http;

/// <summary>
/// Notices a series that comes twice in one answer, by a 64-bit hash of its labels as written: among 100,000 series the chance of
/// taking two for one is 1 in 3 × 10⁹.
/// </summary>
internal sealed class SeriesSet : IDisposable
{
    private const int InitialSlots = 256;
    private const ulong Seed = 0x9E3779B97F4A7C15;
    private const ulong Factor = 0xD6E8FEB86659FD93;

    // 0 is a free slot.
    private ulong[] slots = Rent(InitialSlots);
    private int mask = InitialSlots - 1;
    private int count;

    /// <summary>Is it the first series with these labels?</summary>
    public bool Add(ReadOnlySpan<byte> labels)
    {
        if (count * 2 > mask)
            Grow();

        var isNew = TryPut(slots, mask, Hash(labels));
        if (isNew)
            count++;

        return isNew;
    }

    public void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(slots);
        (slots, mask, count) = ([], -1, 0);
    }

    private static bool TryPut(ulong[] slots, int mask, ulong hash)
    {
        for (var i = (int)hash & mask; ; i = (i + 1) & mask)
        {
            if (slots[i] == hash)
                return false;
            if (slots[i] != 0)
                continue;

            slots[i] = hash;
            return true;
        }
    }

    private void Grow()
    {
        var (larger, largerMask) = (Rent((mask + 1) * 4), ((mask + 1) * 4) - 1);
        foreach (var hash in slots.AsSpan(0, mask + 1))
        {
            if (hash != 0)
                TryPut(larger, largerMask, hash);
        }

        ArrayPool<ulong>.Shared.Return(slots);
        (slots, mask) = (larger, largerMask);
    }

    private static ulong[] Rent(int slots)
    {
        var rented = ArrayPool<ulong>.Shared.Rent(slots);
        rented.AsSpan(0, slots).Clear();
        return rented;
    }

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = Seed ^ (ulong)bytes.Length;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));

        var rest = 0ul;
        foreach (var one in bytes)
            rest = (rest << 8) | one;

        hash = Mix(Mix(hash ^ rest));
        return hash == 0 ? Seed : hash;
    }

    private static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, Factor, out var low);
        return high ^ low ^ Seed;
    }
}
