namespace SloRollback.Indicators;

/// <summary>Names a running instance of a workload, as metric source and platform both know it.</summary>
/// <param name="Name">Its name, on Kubernetes the pod's; empty when a series does not say.</param>
/// <param name="Space">Where names are unique, on Kubernetes the namespace; empty when a series does not say.</param>
public sealed record InstanceName(string Name, string Space = "")
{
    /// <summary>What a series comes from that does not say.</summary>
    public static InstanceName Untold { get; } = new("");
}
