using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>Writes a compliance period as <see cref="PeriodReader"/> reads it.</summary>
internal static class PeriodWriter
{
    public static void Write(KeyWriter objective, CompliancePeriod period)
    {
        switch (period)
        {
            case RollingPeriod rolling:
                objective.Set("Period", HumanDuration.Format(rolling.Length));
                break;
            case CalendarPeriod calendar:
                Write(objective.At("Period"), calendar);
                break;
            default:
                throw new ArgumentException($"{period.GetType().Name} cannot be written as configuration.", nameof(period));
        }
    }

    private static void Write(KeyWriter at, CalendarPeriod calendar)
    {
        at.Set("Calendar", CalendarNames.Of(calendar.Unit));
        at.Set("Zone", calendar.Zone);
        if (calendar.Unit == CalendarUnit.Week)
            at.Set("StartsOn", CalendarNames.Of(calendar.FirstDay));
        else
            at.Set("StartDay", calendar.StartDay);
        if (calendar.Unit is CalendarUnit.Quarter or CalendarUnit.Year)
            at.Set("StartMonth", calendar.StartMonth);
    }
}
