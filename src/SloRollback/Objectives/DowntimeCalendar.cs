using System.Collections.Immutable;
using NodaTime;

namespace SloRollback.Objectives;

/// <summary>
/// When several downtimes together are. Answers do not depend on the order of the questions, but questions in rising order are
/// cheap: the occurrences around the last one are remembered. Not for several threads at once.
/// </summary>
internal sealed class DowntimeCalendar
{
    // Reaching back keeps questions about slightly older steps, as for corrections, from changing the stretch back and forth.
    private static readonly Duration Behind = Duration.FromDays(2);
    private static readonly Duration Ahead = Duration.FromDays(30);

    private readonly ImmutableArray<Downtime> downtimes;
    private readonly IDateTimeZoneProvider zones;
    private Instant rememberedFrom;
    private Instant rememberedTo;
    private List<Interval> remembered = [];
    private int current;

    /// <exception cref="NodaTime.TimeZones.DateTimeZoneNotFoundException">A downtime's time zone is not known.</exception>
    public DowntimeCalendar(IEnumerable<Downtime> downtimes, IDateTimeZoneProvider zones)
    {
        (this.downtimes, this.zones) = ([.. downtimes], zones);
        foreach (var recurring in this.downtimes.OfType<RecurringDowntime>())
            recurring.ZoneIn(zones);
    }

    /// <summary>Is any instant of <c>[start, end)</c> downtime?</summary>
    public bool Touches(Instant start, Instant end)
    {
        if (downtimes.IsEmpty || start >= end)
            return false;

        if (start < rememberedFrom || end > rememberedTo)
            Remember(start - Behind, Instant.Max(end, start + Ahead));

        while (current > 0 && remembered[current - 1].End > start)
            current--;
        while (current < remembered.Count && remembered[current].End <= start)
            current++;
        return current < remembered.Count && remembered[current].Start < end;
    }

    /// <summary>The downtime inside <c>[from, to)</c>: in order, with a gap between any two.</summary>
    public IEnumerable<Interval> Between(Instant from, Instant to) => from < to ? Merged(from, to) : [];

    private void Remember(Instant from, Instant to)
    {
        remembered = Merged(from, to);
        (rememberedFrom, rememberedTo, current) = (from, to, 0);
    }

    private List<Interval> Merged(Instant from, Instant to)
    {
        var merged = new List<Interval>();
        foreach (var next in downtimes.SelectMany(d => d.Occurrences(from, to, zones)).OrderBy(o => o.Start))
        {
            var (start, end) = (Instant.Max(next.Start, from), Instant.Min(next.End, to));
            if (merged.Count > 0 && merged[^1].End >= start)
                merged[^1] = new Interval(merged[^1].Start, Instant.Max(merged[^1].End, end));
            else
                merged.Add(new Interval(start, end));
        }

        return merged;
    }
}
