using System.Collections.Immutable;

namespace SloRollback.Indicators;

/// <summary>The counts of one read: rows of (query, group), a column per step, in one flat array.</summary>
public sealed class SliTable
{
    private readonly SliCell[] cells;

    /// <summary>Makes a table whose cells are all <see cref="StepState.Unmeasured"/>.</summary>
    /// <param name="rows">The rows' keys.</param>
    /// <param name="steps">Number of steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of steps below 0.</exception>
    public SliTable(ImmutableArray<SliRowKey> rows, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        Rows = rows;
        Steps = steps;
        cells = new SliCell[rows.Length * steps];
    }

    /// <summary>A table without rows.</summary>
    public static SliTable Empty { get; } = new([], 0);

    /// <summary>The rows' keys, in order.</summary>
    public ImmutableArray<SliRowKey> Rows { get; }

    /// <summary>Number of steps: the columns.</summary>
    public int Steps { get; }

    /// <summary>The cells of one row, one per step, to read or to fill.</summary>
    /// <param name="row">Index into <see cref="Rows"/>.</param>
    public Span<SliCell> Row(int row) => cells.AsSpan(row * Steps, Steps);
}
