using System.Collections.Immutable;

namespace SloRollback.Prometheus.Planning;

/// <summary>The two selectors of one indicator.</summary>
/// <param name="First">The first given, in the order good, bad, valid.</param>
/// <param name="Second">The second given.</param>
/// <param name="IsBucket">Are they buckets of one histogram? Then each sample of the second needs one of the first.</param>
internal readonly record struct SelectorPair(string First, string Second, bool IsBucket = false);

/// <summary>Where a selector's series come from.</summary>
/// <param name="Read">Index of the read.</param>
/// <param name="Selector">Index of the selector in it.</param>
internal readonly record struct SelectorSlot(int Read, int Selector);

/// <summary>How the counters of some indicators are read.</summary>
/// <param name="Reads">The questions.</param>
/// <param name="Pairs">For every indicator, where its two selectors are.</param>
internal sealed record ReadPlan(ImmutableArray<PlannedRead> Reads, ImmutableArray<(SelectorSlot First, SelectorSlot Second, bool IsBucket)> Pairs);
