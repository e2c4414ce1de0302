using SloRollback.Indicators;

namespace SloRollback.BackFilling;

/// <summary>What a source answered for one objective over a stretch of its history.</summary>
internal readonly record struct BackFillReadings(BackFillStretch Stretch, ReadOnlyMemory<SliCell> Cells, bool IsEstimate);
