using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SloRollback.BackFilling;
using SloRollback.Indicators;
using SloRollback.Serialization;

namespace SloRollback.Evaluation;

/// <summary>
/// The counts of one objective as bytes, so that a restart reads only what is new: a mark, the version, what the counts depend on,
/// the counts, and a checksum over all of it. What cannot be used is refused with a reason, and the objective left as it was: it is
/// then read from the source again.
/// </summary>
internal static class ObjectiveSnapshot
{
    private const uint Magic = 0x424F_4C53; // "SLOB"
    private const ushort Version = 2;
    private const int HeaderLength = 4 + 2 + 8 + 8;
    private const int ChecksumLength = 4;

    /// <summary>The snapshot of an objective that has steps and counts of its own.</summary>
    /// <exception cref="InvalidOperationException">The objective has none: nothing was recorded, or it is computed from its members.</exception>
    public static byte[] Save(ObjectiveState objective)
    {
        if (objective.Tracker is not { HasStarted: true } tracker)
            throw new InvalidOperationException($"{objective.Key} has no counts to save");

        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(Definition(objective));
        writer.Write(Excluded(objective));
        tracker.Save(writer);
        objective.BackFill?.Save(writer);
        objective.Filling?.Save(writer);
        objective.Reader?.Save(writer);
        foreach (var rule in objective.Rules)
            rule.SaveClocks(writer);
        writer.Flush();
        writer.Write(Checksum(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Takes a snapshot over into an objective that has recorded nothing yet.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <returns><see langword="null"/>, or why the snapshot was refused.</returns>
    public static string? Load(ObjectiveState objective, ReadOnlyMemory<byte> snapshot)
    {
        if (Refusal(objective, snapshot.Span) is { } refusal)
            return refusal;

        string? reason;
        try
        {
            reason = Read(objective, snapshot);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            reason = $"the snapshot is damaged: {e.Message}";
        }

        // Half of it must not stay behind.
        if (reason is not null)
            objective.Forget();
        return reason;
    }

    private static string? Refusal(ObjectiveState objective, ReadOnlySpan<byte> snapshot)
    {
        if (objective.Tracker is null)
            return "the objective has no counts of its own";
        if (snapshot.Length < HeaderLength + ChecksumLength || BinaryPrimitives.ReadUInt32LittleEndian(snapshot) != Magic)
            return "this is no snapshot of an objective";

        // The version before the checksum: a newer one may be checked in another way.
        var version = BinaryPrimitives.ReadUInt16LittleEndian(snapshot[4..]);
        if (version != Version)
            return $"the snapshot has the form of version {version}, {(version > Version ? "newer" : "older")} than the version {Version} that is read here";
        if (BinaryPrimitives.ReadUInt32LittleEndian(snapshot[^ChecksumLength..]) != Checksum(snapshot[..^ChecksumLength]))
            return "the snapshot is damaged: its checksum does not match";

        return BinaryPrimitives.ReadUInt64LittleEndian(snapshot[6..]) == Definition(objective)
            ? null
            : "the snapshot is of another definition: indicator, budgeting, period, step or sizes were changed";
    }

    private static string? Read(ObjectiveState objective, ReadOnlyMemory<byte> snapshot)
    {
        MemoryMarshal.TryGetArray(snapshot, out var bytes);
        using var reader = new BinaryReader(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count - ChecksumLength), Encoding.UTF8);
        reader.BaseStream.Position = 14;
        var excluded = reader.ReadUInt64();
        objective.Tracker!.Load(reader);
        objective.BackFill?.Load(reader);
        objective.Filling?.Load(reader);
        objective.Reader?.Load(reader);
        foreach (var rule in objective.Rules)
            rule.LoadClocks(reader);
        if (reader.BaseStream.Position != reader.BaseStream.Length)
            throw new InvalidDataException("something follows the last count");
        return excluded == Excluded(objective)
            ? null
            : "a downtime in the past was changed since the snapshot";
    }

    private static ulong Definition(ObjectiveState objective)
    {
        var json = SloRollbackJsonContext.Default;
        return Hash(string.Join('\n',
            JsonSerializer.Serialize(objective.Objective.Indicator, json.Indicator),
            JsonSerializer.Serialize(objective.Objective.Period, json.CompliancePeriod),
            objective.Objective.Budgeting,
            JsonSerializer.Serialize(objective.Objective.Slices, json.TimeSlices!),
            objective.Terms.Step,
            objective.Tracker!.Layout,
            string.Join(',', objective.Rules.Select(r => $"{r.Key.Rule} {r.ClockCount}"))));
    }

    // Downtimes to come may be entered at any time; those that were booked already may not change.
    private static ulong Excluded(ObjectiveState objective)
    {
        if (objective.Downtimes is not { } downtimes)
            return Hash("");

        var step = objective.Terms.Step;
        var past = downtimes.Between(StepGrid.StartOf(BackFillPlan.DoneFrom(objective), step), StepGrid.StartOf(objective.Tracker!.Next, step));
        return Hash(string.Join('\n', past));
    }

    private static ulong Hash(string text) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
