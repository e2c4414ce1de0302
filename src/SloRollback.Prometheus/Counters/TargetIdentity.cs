namespace SloRollback.Prometheus.Counters;

/// <summary>Names the process that exposed a series, by its labels <c>job</c> and <c>instance</c>.</summary>
internal static class TargetIdentity
{
    private const char Border = '\u001f';

    /// <summary>The identity of series without either label: they may come from anywhere.</summary>
    public const string Unknown = "";

    public static string Of(string? job, string? instance) =>
        string.IsNullOrEmpty(job) && string.IsNullOrEmpty(instance) ? Unknown : $"{job}{Border}{instance}";

    /// <summary>The label <c>instance</c> of a target.</summary>
    public static string InstanceOf(string target) => target[(target.IndexOf(Border, StringComparison.Ordinal) + 1)..];
}
