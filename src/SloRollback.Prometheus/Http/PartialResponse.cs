namespace SloRollback.Prometheus.Http;

/// <summary>
/// Tells whether an answer lacks data that a part of the platform could not give. Their texts are many and change (Thanos's "receive
/// series from …" and "No StoreAPIs matched for this query", Cortex's "query result may contain partial data", Prometheus's
/// "remote_read: …"), while those that only concern the expression all begin alike: whatever else is a warning says that data are missing.
/// </summary>
internal static class PartialResponse
{
    // Infos are told apart since 3.0; from 2.48 on they came as warnings.
    private static readonly string[] AboutTheExpression = ["PromQL warning", "PromQL info"];

    /// <summary>What is said about data that are missing, or <see langword="null"/>.</summary>
    public static string? Find(PrometheusAnswer answer)
    {
        foreach (var warning in answer.Warnings)
        {
            if (!Array.Exists(AboutTheExpression, p => warning.StartsWith(p, StringComparison.Ordinal)))
                return warning;
        }

        return answer.IsPartial ? "isPartial" : null;
    }
}
