using SloRollback.Indicators;
using SloRollback.Serialization;

namespace SloRollback.Objectives;

/// <summary>
/// The exact counts at the boundaries of calendar periods. A step (slice) belongs to the period in which it begins.
/// </summary>
internal sealed class PeriodBoundaries(ObjectiveTerms terms, ExactMarks marks)
{
    // More finished periods than this are forgotten: ten years of months.
    private const int Most = 121;

    private readonly List<ExactMark> starts = [];

    public bool HasStarted => starts.Count > 0;

    /// <summary>Where the current period starts.</summary>
    public ExactMark Current => starts[^1];

    /// <summary>The first step of the oldest period that is remembered.</summary>
    public long Oldest => HasStarted ? starts[0].Step : long.MinValue;

    /// <summary>The first step after the current period.</summary>
    public long End { get; private set; }

    /// <summary>The boundaries of every period that is over, oldest first.</summary>
    public IEnumerable<(ExactMark From, ExactMark To)> Finished() => starts.Zip(starts.Skip(1));

    public void Start(long step) => Begin(step);

    /// <summary>Begins the next period when the newest step was the last of the current one; true when it did.</summary>
    public bool Reach(long next)
    {
        if (!HasStarted || next < End)
            return false;

        Begin(next);
        if (starts.Count > Most)
        {
            marks.Remove(starts[0]);
            starts.RemoveAt(0);
        }

        return true;
    }

    /// <summary>Goes back to the period of a step that was filled in.</summary>
    public void MoveBack(long first)
    {
        if (first < starts[0].Step && starts.Count < Most)
            starts.Insert(0, marks.Add(StartOf(first)));
    }

    public void Forget()
    {
        foreach (var start in starts)
            marks.Remove(start);
        starts.Clear();
        End = 0;
    }

    public void Save(BinaryWriter writer)
    {
        writer.WriteNumber(starts.Count);
        foreach (var start in starts)
            writer.WriteNumber(start.Step);
        writer.WriteNumber(End);
    }

    public void Load(BinaryReader reader)
    {
        for (var count = reader.ReadLength(Most); count > 0; count--)
            starts.Add(marks.Add(reader.ReadNumber()));
        End = reader.ReadNumber();
    }

    private void Begin(long step)
    {
        starts.Add(marks.Add(StartOf(step)));
        End = StepGrid.IndexAtOrAfter(PeriodOf(step).End, terms.Step);
    }

    private long StartOf(long step) => StepGrid.IndexAtOrAfter(PeriodOf(step).Start, terms.Step);

    private NodaTime.Interval PeriodOf(long step) => terms.CalendarPeriodAt(StepGrid.StartOf(step, terms.Step));
}
