using NodaTime;

namespace SloRollback.Indicators;

/// <summary>
/// A run of equal steps, each the half-open interval <c>[start, start + step)</c>, aligned to the Unix epoch. Steps are named by
/// their index: the number of whole steps between the epoch and their start.
/// </summary>
public readonly record struct StepGrid
{
    /// <summary>Makes a grid.</summary>
    /// <param name="first">Index of the first step.</param>
    /// <param name="count">Number of steps, 0 or more.</param>
    /// <param name="step">Length of a step; positive and a whole number of milliseconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count below 0, or a step that is not positive or not whole milliseconds.</exception>
    public StepGrid(long first, int count, Duration step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (step <= Duration.Zero || step.SubsecondNanoseconds % 1_000_000 != 0)
            throw new ArgumentOutOfRangeException(nameof(step), step, "A step is a positive whole number of milliseconds.");

        First = first;
        Count = count;
        Step = step;
    }

    /// <summary>Index of the first step.</summary>
    public long First { get; }

    /// <summary>Number of steps.</summary>
    public int Count { get; }

    /// <summary>Length of a step.</summary>
    public Duration Step { get; }

    /// <summary>Start of the first step, inclusive.</summary>
    public Instant Start => StartOf(First, Step);

    /// <summary>End of the last step, exclusive.</summary>
    public Instant End => StartOf(First + Count, Step);

    /// <summary>Start of the step with the given index.</summary>
    /// <param name="index">A step index.</param>
    /// <param name="step">Length of a step.</param>
    public static Instant StartOf(long index, Duration step) =>
        Instant.FromUnixTimeMilliseconds(checked(index * (long)step.TotalMilliseconds));

    /// <summary>Index of the step that contains an instant.</summary>
    /// <param name="instant">Any instant.</param>
    /// <param name="step">Length of a step.</param>
    public static long IndexOf(Instant instant, Duration step) =>
        FloorDivide(instant.ToUnixTimeMilliseconds(), (long)step.TotalMilliseconds);

    /// <summary>Index of the first step that begins at or after an instant.</summary>
    /// <param name="instant">Any instant.</param>
    /// <param name="step">Length of a step.</param>
    public static long IndexAtOrAfter(Instant instant, Duration step)
    {
        var index = IndexOf(instant, step);
        return StartOf(index, step) == instant ? index : index + 1;
    }

    // Whole steps below the epoch too: the remainder of a negative number is negative.
    private static long FloorDivide(long value, long divisor)
    {
        var (quotient, remainder) = Math.DivRem(value, divisor);
        return remainder < 0 ? quotient - 1 : quotient;
    }
}
