using System.Collections.Immutable;
using NodaTime;

namespace SloRollback.Indicators;

/// <summary>What a metric source answered.</summary>
public sealed record SliReadResult
{
    /// <summary>One outcome per query, in the order of the request.</summary>
    public ImmutableArray<SliOutcome> Outcomes { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The counts: a row for every query that was read (and, where a split was asked for, for every group of it).</summary>
    public SliTable Table { get; init; } = SliTable.Empty;

    /// <summary>
    /// How far the source's clock is ahead of ours, from its <c>Date</c> header; negative when behind, <see langword="null"/> when
    /// it cannot be told.
    /// </summary>
    public Duration? ClockOffset { get; init; }

    /// <summary>
    /// Are the counts the store's own estimates? Only where <see cref="SliReadRequest.AllowEstimate"/> let them be.
    /// </summary>
    /// <value><see langword="false"/>: they are exact.</value>
    public bool IsEstimate { get; init; }

    /// <summary>What the source wants to be known; not faults.</summary>
    public ImmutableArray<string> Warnings { get => field.IsDefault ? [] : field; init; } = [];
}
