using System.Collections.Immutable;
using SloRollback.Prometheus.Planning;

namespace SloRollback.Prometheus.Reading;

/// <summary>
/// The readers of the sets of indicators that are read together, the most recent first. There are few: one for each grid. Some of a set
/// that are asked for alone, as while they lack what the others have, are read by the reader of all: it knows what was before.
/// </summary>
internal sealed class CounterReaders
{
    private const int Most = 16;
    private const long Unused = 60 * 60 * 1000;
    private const int UnusedSteps = 3;

    private readonly Lock gate = new();
    private readonly LinkedList<Entry> recent = new();

    /// <summary>Number of readers.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return recent.Count;
        }
    }

    /// <summary>The reader of some indicators, and which of its indicators they are (<see langword="null"/>: all of them, in order).</summary>
    /// <param name="pairs">Their selectors.</param>
    /// <param name="step">The length of a step, in milliseconds.</param>
    /// <param name="forHistory">Is it for stretches long past? Those never disturb or delay the newest.</param>
    /// <param name="maximumSelectors">How many selectors one question serves at most.</param>
    /// <param name="now">The time, in milliseconds.</param>
    public (CounterReader Reader, int[]? Only) Get(ImmutableArray<SelectorPair> pairs, long step, bool forHistory, int maximumSelectors, long now)
    {
        lock (gate)
        {
            // Nor is one kept that reads for indicators which are not asked for any more.
            for (var node = recent.First; node is not null;)
            {
                var (old, next) = (node, node.Next);
                if (now - old.Value.LeastRecent > Math.Max(Unused, UnusedSteps * old.Value.Step))
                    recent.Remove(old);
                node = next;
            }

            int[]? only = null;
            var found = recent.FirstOrDefault(e => e.Step == step && e.ForHistory == forHistory && e.Holds(pairs, out only));
            if (found is null)
                found = new Entry(new CounterReader(pairs, maximumSelectors), step, forHistory);
            else
                recent.Remove(found);
            recent.AddFirst(found);
            if (recent.Count > Most)
                recent.RemoveLast();
            found.Use(only, now);
            return (found.Reader, only);
        }
    }

    /// <summary>The newest reader of some indicators, if there is any.</summary>
    public CounterReader? Find(ImmutableArray<SelectorPair> pairs)
    {
        lock (gate)
            return recent.FirstOrDefault(e => !e.ForHistory && e.Holds(pairs, out _))?.Reader;
    }

    private sealed class Entry(CounterReader reader, long step, bool forHistory)
    {
        private readonly long[] used = new long[reader.Pairs.Length];
        private Dictionary<SelectorPair, int>? indices;

        public CounterReader Reader => reader;

        public long Step => step;

        public bool ForHistory => forHistory;

        /// <summary>When the indicator was asked for that was not for the longest time.</summary>
        public long LeastRecent { get; private set; }

        public void Use(int[]? only, long now)
        {
            if (only is null)
                Array.Fill(used, now);
            else
                Array.ForEach(only, i => used[i] = now);
            LeastRecent = used.Length == 0 ? now : used.Min();
        }

        public bool Holds(ImmutableArray<SelectorPair> pairs, out int[]? only)
        {
            only = null;
            if (reader.Pairs.AsSpan().SequenceEqual(pairs.AsSpan()))
                return true;
            if (pairs.Length > reader.Pairs.Length || pairs.IsEmpty)
                return false;

            indices ??= reader.Pairs.Select((pair, i) => (pair, i)).GroupBy(p => p.pair, p => p.i).ToDictionary(g => g.Key, g => g.First());
            var found = new int[pairs.Length];
            for (var i = 0; i < found.Length; i++)
            {
                if (!indices.TryGetValue(pairs[i], out found[i]))
                    return false;
            }

            only = found;
            return true;
        }
    }
}
