using NodaTime;

namespace SloRollback.Kubernetes.History;

/// <summary>Puts the deployments of a workload in order and finds out when they began.</summary>
internal static class EntryOrder
{
    // Starts within one second keep their order, and differ: two deployments never have the same id.
    private static readonly Duration Tick = Duration.FromMilliseconds(1);

    /// <summary>Oldest first: by number, which only grows; what forgot its number goes by its start.</summary>
    public static List<HistoryEntry> Sort(IEnumerable<HistoryEntry> entries)
    {
        var all = entries.ToList();
        var sorted = all.Where(e => e.Number is not null).OrderBy(e => e.Number).ToList();
        foreach (var entry in all.Where(e => e.Number is null).OrderByDescending(e => e.StartedAt))
        {
            var later = sorted.FindIndex(e => e.StartedAt >= entry.StartedAt);
            sorted.Insert(later < 0 ? sorted.Count : later, entry);
        }

        return sorted;
    }

    /// <summary>Settles the starts of the entries that are new. One that nothing tells lies between its neighbours, and is approximate.</summary>
    /// <param name="entries">In order.</param>
    /// <param name="latest">No start is after it.</param>
    public static void Settle(List<HistoryEntry> entries, Instant latest)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            if (entry.IsSettled)
                continue;

            Instant? before = i == 0 ? null : entries[i - 1].Deployment.StartedAt;
            if (entry.StartedAt is not { } start || start < before?.Second())
                Guess(entries, i, before ?? latest, latest);
            else
                Set(entry, start <= before ? before.Value + Tick : start, isApproximate: false);
        }
    }

    private static void Guess(List<HistoryEntry> entries, int first, Instant before, Instant latest)
    {
        var next = entries.FindIndex(first, e => e.IsSettled || (e.StartedAt is { } start && start >= before.Second()));
        var end = next < 0 ? entries.Count : next;
        var until = next < 0 ? Instant.Max(latest, before) : entries[next].StartedAt!.Value;

        // The newest began shortly before it is seen; the others anywhere between.
        var parts = end - first + (next < 0 ? 0 : 1);
        for (var i = first; i < end; i++)
        {
            var guess = before + ((until - before) / parts * (i - first + 1));
            var previous = i == 0 ? (Instant?)null : entries[i - 1].Deployment.StartedAt;
            Set(entries[i], guess <= previous ? previous.Value + Tick : guess, isApproximate: true);
        }
    }

    private static void Set(HistoryEntry entry, Instant start, bool isApproximate)
    {
        entry.IsSettled = true;
        entry.StartedAt = start;
        entry.Deployment = entry.Deployment with { StartedAt = start, IsStartApproximate = isApproximate };
    }
}
