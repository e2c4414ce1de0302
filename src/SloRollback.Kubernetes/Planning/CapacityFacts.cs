using System.Collections.Immutable;
using System.Text.Json;

namespace SloRollback.Kubernetes.Planning;

/// <summary>What the cluster said about room for a rollback.</summary>
/// <param name="Budgets">The PodDisruptionBudgets of the workload's namespace.</param>
/// <param name="Quotas">The ResourceQuotas of the workload's namespace.</param>
/// <param name="NotRead">What could not be read, for people.</param>
internal sealed record CapacityFacts(ImmutableArray<JsonElement> Budgets, ImmutableArray<JsonElement> Quotas, ImmutableArray<string> NotRead);
