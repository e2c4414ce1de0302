using SloRollback.Objectives;

namespace SloRollback.Indicators;

/// <summary>
/// Books slices of time (SEMANTICS §3 and §4): each is one valid thing, and bad or not, or as bad as its share of bad events. A cell is
/// a whole slice, its events or the mean of its gauge. Events are counted as for any other objective: a negative difference is carried
/// into the next slice, and slices whose counts contradict each other are taken back.
/// </summary>
internal sealed class SliceReader : StepReader
{
    private const byte Tag = 2;

    private readonly TimeSlices slices;
    private readonly EventCountReader? events;
    private readonly bool isRatio;

    // Nothing to look back at when every bad slice counts.
    private readonly SliceRuns? runs;

    private SliceReader(TimeSlices slices, EventCountReader? events, bool isRatio, int kept)
    {
        (this.slices, this.events, this.isRatio) = (slices, events, isRatio);
        runs = !isRatio && slices.Consecutive > 1 ? new SliceRuns(slices.Consecutive, slices.Retroactive, kept) : null;
    }

    public override bool HasMatched
    {
        get => events?.HasMatched ?? true;
        set
        {
            if (events is not null)
                events.HasMatched = value;
        }
    }

    /// <summary>Slices that are good when their gauge's mean compares well with the threshold.</summary>
    public static SliceReader OfGauge(TimeSlices slices, int kept) => new(slices, events: null, isRatio: false, kept);

    /// <summary>Slices that are good when their share of good events compares well with the threshold.</summary>
    public static SliceReader OfEvents(EventCountReader events, TimeSlices slices, int kept) => new(slices, events, isRatio: false, kept);

    /// <summary>Slices that are as bad as their share of bad events.</summary>
    public static SliceReader OfRatios(EventCountReader events, TimeSlices slices) => new(slices, events, isRatio: true, kept: 0);

    public override void Save(BinaryWriter writer)
    {
        writer.Write(Tag);
        events?.Save(writer);
        runs?.Save(writer);
    }

    protected override SliStep ReadNext(long step, in SliCell cell, out UnmeasuredReason reason)
    {
        reason = UnmeasuredReason.None;
        if (events is null)
            return Append(step, Judge(cell));

        var counts = events.Read(step, cell, out reason);
        if (events.Corrections.IsEmpty)
            return Append(step, Judge(counts));

        // All that changed is put in place before anything is booked anew: no booking changes twice.
        foreach (var (corrected, value) in events.Corrections)
        {
            Corrected.Add((corrected, value));
            runs?.Put(corrected, value);
        }

        var booked = Append(step, Judge(counts));
        foreach (var (corrected, _) in events.Corrections)
            runs?.Rebook(corrected, Corrected);
        return booked;
    }

    protected override SliStep Reread(long step, in SliCell cell)
    {
        var slice = events is null ? Judge(cell) : Judge(events.ReadAgain(step, cell));
        return runs is null ? slice : runs.Change(step, slice, Corrected);
    }

    protected override void Restore(BinaryReader reader)
    {
        Demand(reader.ReadByte() == Tag);
        events?.Load(reader);
        runs?.Load(reader);
    }

    private SliStep Append(long step, in SliStep slice) => runs is null ? slice : runs.Append(step, slice, Corrected);

    private SliStep Judge(in SliCell gauge)
    {
        if (gauge.State == StepState.Missing || (gauge.State == StepState.Measured && double.IsNaN(gauge.First)))
            return slices.MissingSlice;

        return gauge.State == StepState.Measured ? Verdict(slices.IsGood(gauge.First), gauge.IsRecovered) : new SliStep(gauge.State);
    }

    private SliStep Judge(in SliStep counts) => counts.State switch
    {
        StepState.Missing => slices.MissingSlice,
        StepState.Measured when isRatio => new SliStep(StepState.Measured, counts.Bad / counts.Valid, 1, counts.IsRecovered),
        StepState.Measured => Verdict(slices.IsGood(counts.Valid - counts.Bad, counts.Valid), counts.IsRecovered),
        _ => counts,
    };

    private static SliStep Verdict(bool isGood, bool isRecovered) => new(StepState.Measured, isGood ? 0 : 1, 1, isRecovered);
}
