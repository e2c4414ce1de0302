namespace SloRollback.Hosting.Configuration;

/// <summary>Writes a deployment target as <see cref="TargetParts"/> reads it.</summary>
internal static class TargetWriter
{
    public static void Write(KeyWriter at, string provider, string infrastructure, string workload)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(provider);
        ArgumentNullException.ThrowIfNull(infrastructure);
        ArgumentException.ThrowIfNullOrWhiteSpace(workload);
        at.Set("Provider", provider);
        at.SetOptional("Infrastructure", infrastructure);
        at.Set("Workload", workload);
    }
}
