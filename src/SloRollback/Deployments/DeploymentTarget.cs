namespace SloRollback.Deployments;

/// <summary>The workload that deployments change and rollbacks act on.</summary>
public sealed record DeploymentTarget
{
    /// <summary>The provider's registered name, for example <c>kubernetes</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The infrastructure: which cluster or platform of that provider; empty for its default.</summary>
    public string Infrastructure { get => field ?? ""; init; } = "";

    /// <summary>The workload in the provider's own notation, for example <c>shop/deployment/checkout</c>.</summary>
    public required string Workload { get; init; }

    /// <summary>The target as people read it: <c>kubernetes:prod-eu/shop/deployment/checkout</c>.</summary>
    public override string ToString() =>
        Infrastructure.Length == 0 ? $"{Provider}:{Workload}" : $"{Provider}:{Infrastructure}/{Workload}";
}
