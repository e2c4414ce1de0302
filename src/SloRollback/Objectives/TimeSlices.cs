using NodaTime;
using SloRollback.Budgets;
using SloRollback.Indicators;

namespace SloRollback.Objectives;

/// <summary>
/// How time is cut into slices and when a slice is good (SEMANTICS §3, "window based"). <see cref="BudgetingMethod.RatioTimeslices"/>
/// uses <see cref="Length"/> and <see cref="Missing"/> only.
/// </summary>
public sealed record TimeSlices
{
    /// <summary>The most slices in a row that <see cref="Consecutive"/> can ask for.</summary>
    public const int MaximumConsecutive = 60;

    /// <summary>Length of a slice: a whole multiple of the engine's step. Slices are aligned to the Unix epoch, as steps are.</summary>
    /// <value>60 s.</value>
    public Duration Length { get; init; } = Duration.FromSeconds(60);

    /// <summary>A slice is good when <c>value Operator Threshold</c>: of the gauge's mean, or of good / valid inside the slice.</summary>
    /// <value><see cref="ComparisonOperator.Less"/>.</value>
    public ComparisonOperator Operator { get; init; }

    /// <summary>What the value is compared with: exact, a value equal to it is neither less nor greater.</summary>
    /// <value>0.</value>
    public decimal Threshold { get; init; }

    /// <summary>How many bad slices in a row it takes for one to count: the first ones of a run are booked as good. 1 to 60.</summary>
    /// <value>1: every bad slice counts.</value>
    /// <remarks>
    /// A good slice, one without traffic, one without series and one that touches a downtime end a run. A slice about which nothing
    /// is known (unmeasured or inconsistent) neither counts nor ends it: bad, unknown, bad are two in a row until more is known.
    /// </remarks>
    public int Consecutive { get; init; } = 1;

    /// <summary>
    /// Are the first bad slices of a run booked as bad after all, as a correction, once there are <see cref="Consecutive"/> of them?
    /// </summary>
    /// <value><see langword="false"/>.</value>
    public bool Retroactive { get; init; }

    /// <summary>
    /// What becomes of a slice in which a healthy source had no series. It ends a run of bad slices, and <see cref="MissingSlices.Bad"/>
    /// books it as bad whatever <see cref="Consecutive"/> says.
    /// </summary>
    /// <value><see cref="MissingSlices.Ignore"/>.</value>
    public MissingSlices Missing { get; init; }

    /// <summary>How a slice in which a healthy source had no series is booked.</summary>
    internal SliStep MissingSlice => Missing switch
    {
        MissingSlices.Good => new SliStep(StepState.Missing, 0, 1),
        MissingSlices.Bad => new SliStep(StepState.Missing, 1, 1),
        _ => new SliStep(StepState.Missing),
    };

    /// <summary>Is a slice with this value good? The value is a gauge's mean, or so many good ones of so many events.</summary>
    internal bool IsGood(double value, double events = 1)
    {
        var order = ExactComparison.Compare(value, Threshold, events);
        return Operator switch
        {
            ComparisonOperator.Less => order < 0,
            ComparisonOperator.LessOrEqual => order <= 0,
            ComparisonOperator.Greater => order > 0,
            _ => order >= 0,
        };
    }
}
