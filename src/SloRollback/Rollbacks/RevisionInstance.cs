namespace SloRollback.Rollbacks;

/// <summary>A running instance of a workload.</summary>
/// <param name="Name">Its name, as the metric source's labels have it; on Kubernetes the pod's.</param>
/// <param name="RevisionId">The identity of its content.</param>
public sealed record RevisionInstance(string Name, string RevisionId);
