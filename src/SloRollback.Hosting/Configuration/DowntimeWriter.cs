using System.Globalization;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>Writes a downtime as <see cref="DowntimeReader"/> reads it.</summary>
internal static class DowntimeWriter
{
    /// <param name="owner">The place of the service, the objective or all services that it belongs to.</param>
    /// <param name="downtime">The downtime.</param>
    /// <exception cref="ArgumentException">The id cannot be one, or it comes on days of the week and of the month.</exception>
    public static void Write(KeyWriter owner, Downtime downtime)
    {
        ThrowIfInvalid(downtime);

        var at = owner.At("Downtimes").NewAt(downtime.Id);
        at.SetOptional("Reason", downtime.Reason);
        switch (downtime)
        {
            case OneOffDowntime once:
                at.Set("Start", InstantText.Format(once.Start));
                at.Set("End", InstantText.Format(once.End));
                break;
            case RecurringDowntime again:
                Write(at, again);
                break;
            default:
                throw new ArgumentException($"{downtime.GetType().Name} cannot be written as configuration.", nameof(downtime));
        }
    }

    /// <summary>Why a downtime cannot be written, or <see langword="null"/>.</summary>
    public static string? FaultOf(Downtime downtime) => Ids.FaultOf(downtime.Id)
        ?? (downtime is RecurringDowntime { DaysOfWeek.IsEmpty: false, DaysOfMonth.IsEmpty: false }
            ? $"\"{downtime.Id}\" comes on days of the week and of the month; write two downtimes"
            : null);

    /// <exception cref="ArgumentException">It cannot be written.</exception>
    public static void ThrowIfInvalid(Downtime downtime)
    {
        ArgumentNullException.ThrowIfNull(downtime);
        if (FaultOf(downtime) is { } fault)
            throw new ArgumentException(fault, nameof(downtime));
    }

    private static void Write(KeyWriter at, RecurringDowntime again)
    {
        at.Set("Every", !again.DaysOfWeek.IsEmpty ? "week" : !again.DaysOfMonth.IsEmpty ? "month" : "day");
        at.SetOptional("On", string.Join(
            ", ",
            again.DaysOfWeek.Select(CalendarNames.Of).Concat(again.DaysOfMonth.Select(day => day.ToString(CultureInfo.InvariantCulture)))));
        at.Set("At", InstantText.Format(again.TimeOfDay));
        at.Set("For", HumanDuration.Format(again.Length));
        at.Set("Zone", again.Zone);
        if (again.From is { } from)
            at.Set("From", InstantText.Format(from));
        if (again.Until is { } until)
            at.Set("Until", InstantText.Format(until));
    }
}
