using System.Collections.Immutable;
using System.Text.Json;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Planning;

/// <summary>Is there room for a rollback? Controllers respect no disruption budget when they roll out: that is left to us.</summary>
internal static class Capacity
{
    /// <summary>Why there is no room; <see langword="null"/> when there is.</summary>
    public static string? Problem(WorkloadObject workload, PodTemplate running, PodTemplate target, CapacityFacts facts) =>
        facts.Budgets.Select(b => BudgetProblem(workload, b)).OfType<string>().FirstOrDefault()
        ?? facts.Quotas.Select(q => QuotaProblem(workload, running, target, q)).OfType<string>().FirstOrDefault();

    /// <summary>How many pods serve now, for people.</summary>
    public static string Available(WorkloadObject workload) => workload.Kind == WorkloadKind.DaemonSet
        ? $"{workload.Status("numberAvailable")} of {workload.Status("desiredNumberScheduled")} pods are available"
        : $"{(workload.Kind == WorkloadKind.StatefulSet ? workload.Status("readyReplicas") : workload.Status("availableReplicas"))} of {workload.Replicas} pods are {(workload.Kind == WorkloadKind.StatefulSet ? "ready" : "available")}";

    // A budget that is broken already cannot be kept by leaving the broken revision in place.
    private static string? BudgetProblem(WorkloadObject workload, JsonElement budget)
    {
        if (!Selects(budget, workload) || budget.Number("status", "desiredHealthy") is not { } desired || budget.Number("status", "currentHealthy") is not { } healthy)
            return null;

        var left = healthy - RolloutSteps.Of(workload).Unavailable;
        return healthy >= desired && left < desired
            ? $"the rollout's strategy would leave {left} of {healthy} healthy pods for a while, and the PodDisruptionBudget {budget.Text("metadata", "name")} asks for {desired}"
            : null;
    }

    private static bool Selects(JsonElement budget, WorkloadObject workload)
    {
        var labels = workload.Template?.At("metadata", "labels");
        var wanted = budget.Members("spec", "selector", "matchLabels").ToList();
        return labels is { } own && wanted.Count > 0 && wanted.All(w => own.Text(w.Name) == w.Value.GetString());
    }

    // One step of the rollout at a time: old pods that it takes away first make room.
    private static string? QuotaProblem(WorkloadObject workload, PodTemplate running, PodTemplate target, JsonElement quota)
    {
        if (workload.Replicas == 0 || quota.Items("spec", "scopes").Any() || quota.At("spec", "scopeSelector") is not null)
            return null;

        var freed = Math.Max(RolloutSteps.Of(workload).Unavailable, 0);
        foreach (var hard in quota.Members("status", "hard"))
        {
            var need = Need(target, hard.Name);
            var room = Quantity.Parse(hard.Value.ToString()) - Quantity.Parse(quota.At("status", "used", hard.Name)?.ToString()) + (freed * Need(running, hard.Name));
            if (need > room)
                return $"the ResourceQuota {quota.Text("metadata", "name")} has no room for one more pod: {hard.Name} is {quota.At("status", "used", hard.Name)} of {hard.Value}";
        }

        return null;
    }

    private static decimal Need(PodTemplate template, string resource)
    {
        var (group, name) = resource switch
        {
            "pods" or "count/pods" => ("", ""),
            "cpu" or "memory" or "ephemeral-storage" => ("requests", resource),
            _ when resource.Split('.', 2) is ["requests" or "limits", _] and var parts => (parts[0], parts[1]),
            _ => ("none", ""),
        };
        if (group is "" or "none")
            return group.Length == 0 ? 1 : 0;

        // Init containers run one after the other, before the others.
        ImmutableArray<decimal> Amounts(string list) => [.. template.Json.Items("spec", list).Select(c => Quantity.Parse(c.At("resources", group, name)?.ToString()))];
        return Math.Max(Amounts("containers").Sum(), Amounts("initContainers").DefaultIfEmpty().Max());
    }
}
