using System.Globalization;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>CPU time that processes have used, user and system.</summary>
internal static class CpuTime
{
    private const double TicksPerSecond = 100;

    /// <summary>Of this process.</summary>
    public static TimeSpan Own => Environment.CpuUsage.TotalTime;

    /// <summary>Of another process, in hundredths of a second.</summary>
    public static TimeSpan Of(int process)
    {
        // The name in brackets may hold anything: fields are counted from its end. utime and stime are the 14th and 15th.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond);

        static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
    }
}
