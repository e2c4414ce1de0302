using System.Collections.Immutable;
using SloRollback.Prometheus.Planning;

namespace SloRollback.Prometheus.Reading;

/// <summary>
/// The readers of the sets of indicators that are read together, the most recent first. There are few: those of each grid, and for a
/// while those of which one lacks what the others have.
/// </summary>
internal sealed class CounterReaders
{
    private const int Most = 16;
    private readonly Lock gate = new();
    private readonly LinkedList<(CounterReader Reader, bool ForHistory)> recent = new();

    /// <summary>The reader of some indicators.</summary>
    /// <param name="pairs">Their selectors.</param>
    /// <param name="forHistory">Is it for stretches long past? Those never disturb or delay the newest.</param>
    /// <param name="maximumSelectors">How many selectors one question serves at most.</param>
    public CounterReader Get(ImmutableArray<SelectorPair> pairs, bool forHistory, int maximumSelectors)
    {
        lock (gate)
        {
            for (var node = recent.First; node is not null; node = node.Next)
            {
                if (node.Value.ForHistory != forHistory || !node.Value.Reader.Pairs.AsSpan().SequenceEqual(pairs.AsSpan()))
                    continue;

                recent.Remove(node);
                recent.AddFirst(node);
                return node.Value.Reader;
            }

            var reader = new CounterReader(pairs, maximumSelectors);
            recent.AddFirst((reader, forHistory));
            if (recent.Count > Most)
                recent.RemoveLast();
            return reader;
        }
    }
}
