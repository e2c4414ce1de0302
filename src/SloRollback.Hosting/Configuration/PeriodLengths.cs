using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// The length that stands for a compliance period where one length is needed: for the factors of built-in conditions, and as the
/// longest look-back. A calendar month counts as 30 days, as the Google SRE Workbook counts it, and the others accordingly.
/// </summary>
internal static class PeriodLengths
{
    public static Duration Of(CompliancePeriod period) => period switch
    {
        RollingPeriod rolling => rolling.Length,
        CalendarPeriod calendar => Duration.FromDays(calendar.Unit switch
        {
            CalendarUnit.Week => 7,
            CalendarUnit.Month => 30,
            CalendarUnit.Quarter => 90,
            _ => 365,
        }),
        _ => throw new InvalidOperationException($"No length for {period.GetType().Name}"),
    };

    /// <summary>A period as people call it: <c>30d</c>, or <c>a month (30d)</c>.</summary>
    public static string Describe(CompliancePeriod period)
    {
        var length = HumanDuration.Format(Of(period));
        return period is CalendarPeriod calendar ? $"a {CalendarNames.Of(calendar.Unit)} ({length})" : length;
    }
}
