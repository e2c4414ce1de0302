using System.Diagnostics;
using System.Globalization;

namespace SloRollback.Benchmarks.Journals;

/// <summary>What it takes this disk to sync 4 kB at the end of a file: the journal's figures hang on it.</summary>
internal static class SyncTime
{
    public static string Measure(string directory)
    {
        using var file = new FileStream(Path.Combine(directory, "sync"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        var times = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            file.Write(page);
            var began = Stopwatch.GetTimestamp();
            file.Flush(flushToDisk: true);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return string.Create(CultureInfo.InvariantCulture, $"a sync of 4 kB takes {new Figures(times).Median:0.00} ms");
    }
}
