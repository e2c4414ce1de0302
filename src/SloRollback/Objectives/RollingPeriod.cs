using NodaTime;

namespace SloRollback.Objectives;

/// <summary>A period that always ends now and has a fixed length.</summary>
public sealed record RollingPeriod : CompliancePeriod
{
    /// <summary>The longest period: a leap year.</summary>
    public static readonly Duration Maximum = Duration.FromDays(366);

    /// <summary>Makes a rolling period.</summary>
    /// <param name="length">More than 0, at most <see cref="Maximum"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">0 or less, or more than <see cref="Maximum"/>.</exception>
    public RollingPeriod(Duration length)
    {
        if (length <= Duration.Zero || length > Maximum)
            throw new ArgumentOutOfRangeException(nameof(length), length, "A rolling period is longer than 0 and at most 366 days.");

        Length = length;
    }

    /// <summary>The period's length.</summary>
    public Duration Length { get; }

    internal override Duration LongestLength => Length;
}
