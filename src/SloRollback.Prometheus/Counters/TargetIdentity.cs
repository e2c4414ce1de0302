namespace SloRollback.Prometheus.Counters;

/// <summary>Names the process that exposed a series, by its labels <c>job</c> and <c>instance</c>.</summary>
internal static class TargetIdentity
{
    /// <summary>The identity of series without either label: they may come from anywhere.</summary>
    public const string Unknown = "";

    public static string Of(string? job, string? instance) =>
        string.IsNullOrEmpty(job) && string.IsNullOrEmpty(instance) ? Unknown : $"{job}\u001f{instance}";
}
