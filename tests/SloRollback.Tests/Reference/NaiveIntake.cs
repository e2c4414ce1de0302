namespace SloRollback.Tests.Reference;

/// <summary>What all steps of an objective are booked as when a step is the newest one: SEMANTICS §3 over the whole list, every time anew.</summary>
internal sealed class NaiveIntake(Objective objective, ScriptedSource source, Duration length, IEnumerable<Downtime> downtimes, LocalDate from, LocalDate to)
{
    private static readonly Duration LongGap = Duration.FromMinutes(5);

    private readonly List<Interval> excluded = [.. downtimes.SelectMany(d => NaiveCalendar.Occurrences(d, from, to))];

    /// <summary>Steps that nobody ever asked the source for.</summary>
    public HashSet<long> Unread { get; } = [];

    public IEnumerable<SliStep> Book(long first, long newest)
    {
        var cells = new List<SliCell>();
        for (var step = first; step <= newest; step++)
            cells.Add(IsExcluded(step) ? new SliCell(StepState.Excluded, 0, 0) : Unread.Contains(step) ? new SliCell(StepState.Unmeasured, 0, 0) : source.Cell(step, newest));

        var booked = Book(cells).ToList();
        for (var i = 0; i < booked.Count; i++)
        {
            // Growth over a long gap is for the budget only. Where nothing grew, it is known when: at no time.
            var isLong = booked[i].IsRecovered && length * source.SpreadOver(first + i) > LongGap;
            yield return isLong ? booked[i] with { State = StepState.Unmeasured } : booked[i];
        }
    }

    private IEnumerable<SliStep> Book(List<SliCell> cells)
    {
        if (objective.Budgeting == BudgetingMethod.Timeslices)
            return NaiveSlices.Book(cells.ConvertAll(cell => NaiveSlices.Judge(objective.Indicator, objective.Slices!, cell)), objective.Slices!);

        return cells.Select(cell => cell switch
        {
            { State: StepState.Missing } when objective.Slices is { } slices => NaiveSlices.Judge(slices, new SliStep(StepState.Missing)),
            { State: not StepState.Measured } => new SliStep(cell.State),
            { First: 0, Second: 0 } => new SliStep(StepState.NoTraffic),
            _ when objective.Slices is null => new SliStep(StepState.Measured, cell.Second, cell.First + cell.Second, cell.IsRecovered),
            _ => new SliStep(StepState.Measured, cell.Second / (cell.First + cell.Second), 1, cell.IsRecovered),
        });
    }

    // A step that a downtime touches, however little of it.
    private bool IsExcluded(long step)
    {
        var start = StepGrid.StartOf(step, length);
        return excluded.Any(e => e.Start < start + length && e.End > start);
    }
}
