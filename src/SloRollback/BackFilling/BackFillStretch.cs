using SloRollback.Indicators;

namespace SloRollback.BackFilling;

/// <summary>A stretch of history to be read next. Objectives with equal ones are asked for together.</summary>
/// <param name="Grid">Its cells: single steps of the objective, or several steps each.</param>
/// <param name="AllowEstimate">May the source answer with estimates?</param>
internal readonly record struct BackFillStretch(StepGrid Grid, bool AllowEstimate);
