namespace SloRollback.Kubernetes;

/// <summary>What to do with a workload that another controller or tool owns: it may undo the rollback.</summary>
public enum OwnerStrategy
{
    /// <summary>No rollback: the decision holds with <c>ManagedElsewhere</c>.</summary>
    Refuse,

    /// <summary>Roll back, leave the reason on the workload, and say in the plan that the owner may undo it.</summary>
    Annotate,

    /// <summary>
    /// Have the owner leave the workload alone first: Argo CD's Application gets <c>argocd.argoproj.io/skip-reconcile</c>, for Flux the
    /// workload gets <c>kustomize.toolkit.fluxcd.io/reconcile: disabled</c>. Somebody has to undo this. What has no sync to pause is
    /// treated as <see cref="Annotate"/>.
    /// </summary>
    PauseSync,
}
