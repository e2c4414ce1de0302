namespace SloRollback.Deployments;

/// <summary>One version of a workload's content.</summary>
public sealed record Revision
{
    /// <summary>
    /// Identity of the content (on Kubernetes: the pod template's). Two deployments of the same content have the same id.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The name that people know it by, for example <c>v2</c> or <c>rev 42</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
