using System.Diagnostics.CodeAnalysis;
using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads the length of a compliance period.</summary>
internal static class PeriodParser
{
    private const string Examples = "30d, 28d, 7d";

    public static readonly Duration Default = Duration.FromDays(30);

    private static readonly string[] Calendar = ["week", "month", "quarter", "year"];

    public static bool TryParse(string? text, out Duration period, [NotNullWhen(false)] out string? fault)
    {
        if (Calendar.Contains(text?.Trim(), StringComparer.OrdinalIgnoreCase))
        {
            period = default;
            fault = $"\"{text}\": calendar periods are not supported yet; use a rolling one such as 30d";
        }
        else if (!HumanDuration.TryParse(text, out period, out _))
        {
            fault = $"\"{text}\" is not a period; examples: {Examples}";
        }
        else if (period <= Duration.Zero || period > RollingPeriod.Maximum)
        {
            fault = $"\"{text}\" is outside its range, more than 0 and at most {HumanDuration.Format(RollingPeriod.Maximum)}";
        }
        else
        {
            fault = null;
        }

        return fault is null;
    }
}
