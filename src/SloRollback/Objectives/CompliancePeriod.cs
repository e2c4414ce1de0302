using System.Text.Json.Serialization;
using NodaTime;

namespace SloRollback.Objectives;

/// <summary>The period over which an objective is to be met. The kinds are the sealed records that derive from it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RollingPeriod), "rolling")]
public abstract record CompliancePeriod
{
    private protected CompliancePeriod()
    {
    }

    /// <summary>The last so many days, at any time.</summary>
    /// <param name="days">1 to 366.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1 or more than 366 days.</exception>
    public static CompliancePeriod Rolling(int days) => Rolling(Duration.FromDays(days));

    /// <summary>The last stretch of a given length, at any time. Days are usual; shorter ones serve tests and demonstrations.</summary>
    /// <param name="length">More than 0, at most 366 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">0 or less, or more than 366 days.</exception>
    public static CompliancePeriod Rolling(Duration length) => new RollingPeriod(length);
}
