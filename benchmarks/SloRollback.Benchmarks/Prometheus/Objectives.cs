using System.Globalization;

namespace SloRollback.Benchmarks.Prometheus;

/// <summary>The objectives that are measured: services of which all count in one metric, or each in one of its own.</summary>
internal static class Objectives
{
    public const int Many = 1000;
    public const string SharedMetric = "shop_requests_total";

    public static string Service(int number) => string.Create(CultureInfo.InvariantCulture, $"s{number:0000}");

    public static string OwnMetric(int number) => string.Create(CultureInfo.InvariantCulture, $"m{number:0000}_requests_total");

    public static (string Bad, string Valid) Shared(int number) => Of(SharedMetric, $"service=\"{Service(number)}\"");

    public static (string Bad, string Valid) Own(int number) => Of(OwnMetric(number), "job=\"shop\"");

    public static (string Bad, string Valid) Of(string metric, string matcher) =>
        ($"{metric}{{{matcher},code=~\"5..\"}}", $"{metric}{{{matcher}}}");
}
