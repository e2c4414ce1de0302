namespace SloRollback.Tests.Reference;

/// <summary>The calendar periods around some time: the days on which one begins, found by walking over all days.</summary>
internal sealed class NaivePeriods
{
    private readonly List<Instant> starts;
    private readonly Duration step;

    public NaivePeriods(CalendarPeriod period, Instant from, Instant to, Duration step)
    {
        this.step = step;
        var zone = DateTimeZoneProviders.Tzdb[period.Zone];
        var margin = (2 * period.LongestLength.Days) + (int)(step * Twin.MostSteps).TotalDays;
        starts = NaiveCalendar.Starts(period, from.InUtc().Date.PlusDays(-margin), to.InUtc().Date.PlusDays(margin))
            .ConvertAll(day => NaiveCalendar.StartOfDay(zone, day));
    }

    /// <summary>The first step of the period in which a step begins, and the first one after it.</summary>
    public (long From, long End) Of(long index)
    {
        var next = starts.FindIndex(start => start > StepGrid.StartOf(index, step));
        return (FirstIn(starts[next - 1]), FirstIn(starts[next]));
    }

    // The first step that begins in a period.
    private long FirstIn(Instant start)
    {
        var first = (long)Math.Floor((start - NodaConstants.UnixEpoch) / step) - 1;
        while (StepGrid.StartOf(first, step) < start) first++;
        return first;
    }
}
