namespace SloRollback.Objectives;

/// <summary>The length of a calendar period. 0 is none, so that one that was left out is refused.</summary>
public enum CalendarUnit
{
    /// <summary>7 days, from a day of the week.</summary>
    Week = 1,

    /// <summary>A month, from a day of the month.</summary>
    Month = 2,

    /// <summary>3 months.</summary>
    Quarter = 3,

    /// <summary>12 months.</summary>
    Year = 4,
}
