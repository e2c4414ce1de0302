namespace SloRollback.Prometheus.Tests.RealServer;

/// <summary>The Prometheus versions that were found: a row for each in every test of this folder, named as in its display.</summary>
internal static class PrometheusVersions
{
    private static readonly Lazy<Dictionary<string, string>> Found = new(() =>
        PrometheusServer.Executables.GroupBy(PrometheusServer.VersionOf).ToDictionary(g => g.Key, g => g.First()));

    /// <summary>A row for each version; a skipped one where there is none.</summary>
    public static TheoryData<string> All => Found.Value.Count > 0
        ? [.. Found.Value.Keys]
        : [new TheoryDataRow<string>("none") { Skip = PrometheusServer.SkipReason }];

    /// <summary>The executable of a version.</summary>
    public static string Executable(string version) => Found.Value[version];
}
