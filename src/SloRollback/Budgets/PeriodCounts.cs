namespace SloRollback.Budgets;

/// <summary>What an error budget is made of.</summary>
internal readonly record struct PeriodCounts
{
    /// <summary>The counts of the part of the period that has passed; of a rolling period all of it.</summary>
    public WindowCounts Passed { get; init; }

    /// <summary>Steps of the whole period.</summary>
    public long Steps { get; init; }

    /// <summary>Bad events before the last reset.</summary>
    public double Forgiven { get; init; }

    /// <summary>Growth over long gaps in the samples: bad and valid events, and the unmeasured steps that they belong to.</summary>
    public (double Bad, double Valid, long Steps) Recovered { get; init; }

    /// <summary>Valid events per step that stand for each step of the period about which nothing is known.</summary>
    public double ExpectedRate { get; init; }
}
