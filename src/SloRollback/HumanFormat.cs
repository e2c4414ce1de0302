using System.Globalization;
using NodaTime;

namespace SloRollback;

/// <summary>Durations and shares as people read them.</summary>
internal static class HumanFormat
{
    /// <summary>A length of time: <c>1h 30m</c>, <c>45s</c>, <c>7d</c>.</summary>
    public static string Length(Duration duration)
    {
        var sign = duration < Duration.Zero ? "-" : "";
        duration = duration == Duration.MinValue ? Duration.MaxValue : Duration.Max(duration, -duration);
        if (duration < Duration.FromMinutes(1))
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{duration.TotalSeconds:0.#}s");

        var parts = new List<string>();
        void Add(long value, string unit)
        {
            if (value != 0 && parts.Count < 2) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{value}{unit}"));
        }

        Add(duration.Days, "d");
        Add(duration.Hours, "h");
        Add(duration.Minutes, "m");
        Add(duration.Seconds, "s");
        return sign + string.Join(' ', parts);
    }

    /// <summary>A share in per cent with as many digits as it takes to see it: <c>37%</c>, <c>1.4%</c>, <c>0.02%</c>.</summary>
    public static string Percent(double share)
    {
        var percent = share * 100;
        var format = Math.Abs(percent) switch { >= 10 => "0", >= 1 => "0.#", >= 0.1 => "0.##", _ => "0.####" };
        return percent.ToString(format, CultureInfo.InvariantCulture) + "%";
    }
}
