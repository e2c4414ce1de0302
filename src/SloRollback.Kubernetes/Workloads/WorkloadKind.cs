namespace SloRollback.Kubernetes.Workloads;

/// <summary>What a workload is: where its API is found, and how it keeps its revisions.</summary>
internal sealed record WorkloadKind
{
    public static readonly WorkloadKind Deployment = new()
    {
        Name = "Deployment",
        Group = "apps",
        Version = "v1",
        Plural = "deployments",
        Revisions = "replicasets",
        HashLabels = ["pod-template-hash"],
        NumberAnnotation = "deployment.kubernetes.io/revision",
    };

    public static readonly WorkloadKind StatefulSet = new()
    {
        Name = "StatefulSet",
        Group = "apps",
        Version = "v1",
        Plural = "statefulsets",
        Revisions = "controllerrevisions",
        HashLabels = ["controller.kubernetes.io/hash", "controller-revision-hash"],
    };

    public static readonly WorkloadKind DaemonSet = new()
    {
        Name = "DaemonSet",
        Group = "apps",
        Version = "v1",
        Plural = "daemonsets",
        Revisions = "controllerrevisions",
        HashLabels = ["controller-revision-hash", "controller.kubernetes.io/hash"],
    };

    /// <summary>Argo Rollouts' own kind of Deployment.</summary>
    public static readonly WorkloadKind Rollout = new()
    {
        Name = "Rollout",
        Group = "argoproj.io",
        Version = "v1alpha1",
        Plural = "rollouts",
        Revisions = "replicasets",
        HashLabels = ["rollouts-pod-template-hash"],
        NumberAnnotation = "rollout.argoproj.io/revision",
    };

    public static IReadOnlyList<WorkloadKind> All { get; } = [Deployment, StatefulSet, DaemonSet, Rollout];

    /// <summary>The kind as the API writes it, for example <c>StatefulSet</c>.</summary>
    public required string Name { get; init; }

    public required string Group { get; init; }

    public required string Version { get; init; }

    public required string Plural { get; init; }

    /// <summary>The objects of group apps/v1 that hold its revisions: <c>replicasets</c> or <c>controllerrevisions</c>.</summary>
    public required string Revisions { get; init; }

    /// <summary>The labels of a revision object that hold the hash of its content, in the order of preference.</summary>
    public required IReadOnlyList<string> HashLabels { get; init; }

    /// <summary>The annotation of workload and ReplicaSet that counts revisions; none where the ControllerRevision itself does.</summary>
    public string? NumberAnnotation { get; init; }

    public bool KeepsReplicaSets => NumberAnnotation is not null;

    /// <summary>The kind as targets write it, for example <c>statefulset</c>.</summary>
    public string Written => Name.ToLowerInvariant();

    public override string ToString() => Written;
}
