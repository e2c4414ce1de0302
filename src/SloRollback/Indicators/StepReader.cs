using System.Runtime.InteropServices;
using SloRollback.Objectives;

namespace SloRollback.Indicators;

/// <summary>
/// Turns the cells of one objective into what its steps contribute (SEMANTICS §3). Mutable and made for one writer, since several
/// rules look back. The steps of a slice objective are its slices: it is read on a grid of its own, a whole slice a step.
/// </summary>
internal abstract class StepReader
{
    /// <summary>
    /// Other steps whose booking changed with the last call, each once and in no particular order; empty in the steady state. Steps
    /// older than those that are kept singly may be among them.
    /// </summary>
    public ReadOnlySpan<(long Step, SliStep Value)> Corrections => CollectionsMarshal.AsSpan(Corrected);

    /// <summary>The list behind <see cref="Corrections"/>, to add to.</summary>
    protected List<(long Step, SliStep Value)> Corrected { get; } = [];

    /// <summary>Bad events that no step had room for yet; below 0 those that were booked too many.</summary>
    public virtual double Carry => 0;

    /// <summary>Has the selector of good events ever matched, as far as that matters?</summary>
    public virtual bool HasMatched { get => true; set { } }

    /// <summary>Makes the reader of an objective.</summary>
    /// <param name="objective">The objective; not a composite, which is computed from its members' steps.</param>
    /// <param name="kept">How many of the newest steps may still change, at least 1: those that the tracker keeps singly.</param>
    /// <exception cref="ArgumentException">The objective's indicator cannot be read, or not with its budgeting method.</exception>
    public static StepReader Create(Objective objective, int kept)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kept, 1);
        var events = objective.Indicator switch
        {
            EventRatioIndicator ratio => new EventCountReader(ratio.Good is not null, ratio.Valid is not null, kept),
            LatencyIndicator => new EventCountReader(hasGood: true, hasValid: true, kept),
            _ => null,
        };
        return (objective.Budgeting, events, objective.Indicator, objective.Slices) switch
        {
            (BudgetingMethod.Occurrences, { } reader, _, _) => reader,
            (BudgetingMethod.RatioTimeslices, { } reader, _, var slices) => SliceReader.OfRatios(reader, slices ?? new TimeSlices()),
            (BudgetingMethod.Timeslices, { } reader, _, { } slices) => SliceReader.OfEvents(reader, slices, kept),
            (BudgetingMethod.Timeslices, null, GaugeIndicator, { } slices) => SliceReader.OfGauge(slices, kept),
            _ => throw new ArgumentException(
                $"{objective.Id}: {objective.Indicator.GetType().Name} cannot be read by {objective.Budgeting}", nameof(objective)),
        };
    }

    /// <summary>Reads the next final step. Steps that were skipped are unmeasured.</summary>
    /// <param name="step">The step's index, above all that were read.</param>
    /// <param name="cell">What the source read; <see cref="StepState.Excluded"/> when the step touches a downtime.</param>
    /// <param name="reason">Why the step is unmeasured although the source answered.</param>
    public SliStep Read(long step, in SliCell cell, out UnmeasuredReason reason)
    {
        Corrected.Clear();
        return ReadNext(step, cell, out reason);
    }

    /// <summary>
    /// Reads a step again that was final before: a gap that was filled, or a downtime that was entered afterwards. Of a step that is
    /// too old to change the answer is what it would be alone.
    /// </summary>
    /// <param name="step">The step's index, at most the newest that was read.</param>
    /// <param name="cell">What is known of the step now.</param>
    public SliStep ReadAgain(long step, in SliCell cell)
    {
        Corrected.Clear();
        return Reread(step, cell);
    }

    /// <summary>Writes the state: a reader of the same objective that loads it goes on as this one would.</summary>
    public abstract void Save(BinaryWriter writer);

    /// <summary>Takes over a state that was saved.</summary>
    /// <exception cref="InvalidDataException">The data are no state of such a reader. Throw the reader away: it is half loaded.</exception>
    public void Load(BinaryReader reader)
    {
        try
        {
            Restore(reader);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("The saved state of an indicator ends too early.", e);
        }
    }

    protected abstract SliStep ReadNext(long step, in SliCell cell, out UnmeasuredReason reason);

    protected abstract SliStep Reread(long step, in SliCell cell);

    protected abstract void Restore(BinaryReader reader);

    /// <summary>Refuses what no reader has saved.</summary>
    internal static void Demand(bool isPlausible)
    {
        if (!isPlausible)
            throw new InvalidDataException("The saved state of an indicator is damaged.");
    }
}
