using System.Collections.Immutable;
using System.Text.Json;
using SloRollback.Kubernetes.Api;
using SloRollback.Kubernetes.Patches;
using SloRollback.Kubernetes.Planning;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Rollbacks;

/// <summary>Plans the rollback of a workload that was just read: asks for what the plan depends on, and has the server try it without storing it.</summary>
internal sealed class RollbackPlanner(ClusterApi api, KubernetesOptions options)
{
    public async Task<PlannedRollback> PlanAsync(
        WorkloadObject workload, ImmutableArray<WorkloadRevision> revisions, RollbackRequest request, CancellationToken cancellationToken)
    {
        var asked = RollbackCase.Of(workload, revisions, request);
        if (asked.IsRefused)
            return new(Refuse(asked.Refusal, asked.Why), asked.IsMomentary);

        var (running, target) = (asked.Running!, asked.Target!);
        var autoscalers = await api.ListAsync("autoscaling", "v1", workload.Namespace, "horizontalpodautoscalers", null, cancellationToken).ConfigureAwait(false);
        var owners = OwnerPlan.Of(workload, autoscalers.TryGet(out var found, out _) ? found : [], options);
        if (owners.Refusal is { } refusal)
            return new(Refuse(HoldReason.ManagedElsewhere, refusal));

        if (await MissingRightAsync(workload, owners, cancellationToken).ConfigureAwait(false) is { } missing)
            return new(Refuse(HoldReason.Unknown, missing));

        var notes = owners.Notes;
        if (options.CheckCapacity)
        {
            var facts = await CapacityAsync(workload, cancellationToken).ConfigureAwait(false);
            if (Capacity.Problem(workload, running.Template, target.Template, facts) is { } lacking)
                return new(Refuse(HoldReason.NoCapacity, lacking));
            notes = notes.AddRange(facts.NotRead);
        }

        var tried = await api.PatchAsync(workload, RollbackPatch.Write(workload, target, request, owners.Annotations), isDryRun: true, cancellationToken).ConfigureAwait(false);
        if (!tried.TryGet(out var result, out var failure))
            return new(Refuse(failure.IsQuota ? HoldReason.NoCapacity : HoldReason.Unknown, failure.Detail), failure.IsConflict);

        var stored = PodTemplate.Of(result.Template!.Value, workload.Kind);
        return new(new RollbackPlan
        {
            IsPossible = true,
            Summary = Summarize(workload, running, target, stored, request, notes),
            WorkloadIdentity = (asked.Identity! with { Result = stored.Digest }).ToString(),
        });
    }

    private static string Summarize(
        WorkloadObject workload, WorkloadRevision running, WorkloadRevision target, PodTemplate stored, RollbackRequest request, ImmutableArray<string> notes)
    {
        var cause = target.ChangeCause is { Length: > 0 } said ? $", \"{said}\"" : "";
        return string.Join("; ", ((string[])[$"{workload}: {running} → {target}{cause}"])
            .Concat(TemplateDiff.Of(running.Template, stored, request.Id.Value))
            .Append(Capacity.Available(workload))
            .Concat(notes));
    }

    private async Task<string?> MissingRightAsync(WorkloadObject workload, OwnerPlan owners, CancellationToken cancellationToken)
    {
        var kind = workload.Kind;
        if (await MissingRightAsync("patch", kind.Group, kind.Plural, workload.Namespace, workload.Name, cancellationToken).ConfigureAwait(false) is { } patch)
            return patch;
        if (workload.IsOrderedReady && options.FreeStuckStatefulSets
            && await MissingRightAsync("delete", "", "pods", workload.Namespace, null, cancellationToken).ConfigureAwait(false) is { } delete)
        {
            return $"{delete}; it frees a StatefulSet that waits for its broken pod (option {nameof(options.FreeStuckStatefulSets)})";
        }

        foreach (var application in owners.PausedApplications)
        {
            if (await MissingRightAsync("patch", "argoproj.io", "applications", options.ArgoCdNamespace, application, cancellationToken).ConfigureAwait(false) is { } pause)
                return pause;
        }

        return null;
    }

    private async Task<string?> MissingRightAsync(string verb, string group, string resource, string space, string? name, CancellationToken cancellationToken)
    {
        // A server that does not answer this question answers the dry run.
        var may = await api.MayAsync(verb, group, resource, space, name, cancellationToken).ConfigureAwait(false);
        return may is { Failure: null, Value: false } ? $"the right to {verb} {resource}{(group.Length > 0 ? $".{group}" : "")} in the namespace {space} is missing" : null;
    }

    private async Task<CapacityFacts> CapacityAsync(WorkloadObject workload, CancellationToken cancellationToken)
    {
        var notRead = ImmutableArray.CreateBuilder<string>();
        var budgets = await api.ListAsync("policy", "v1", workload.Namespace, "poddisruptionbudgets", null, cancellationToken).ConfigureAwait(false);
        if (budgets.Failure is { IsNotFound: true })
            budgets = await api.ListAsync("policy", "v1beta1", workload.Namespace, "poddisruptionbudgets", null, cancellationToken).ConfigureAwait(false);
        if (!budgets.TryGet(out var budgetItems, out var budgetFailure))
            notRead.Add($"PodDisruptionBudgets could not be read ({budgetFailure.Detail})");

        var quotas = await api.QuotasAsync(workload.Namespace, cancellationToken).ConfigureAwait(false);
        if (!quotas.TryGet(out var quotaItems, out var quotaFailure))
            notRead.Add($"ResourceQuotas could not be read ({quotaFailure.Detail})");

        return new CapacityFacts(
            budgetFailure is null ? budgetItems : [],
            quotaFailure is null ? [.. quotaItems!.Select(q => JsonSerializer.Deserialize<JsonElement>(k8s.KubernetesJson.Serialize(q)))] : [],
            notRead.DrainToImmutable());
    }

    private static RollbackPlan Refuse(HoldReason refusal, string why) => new() { Refusal = refusal, Summary = why };
}

/// <summary>A plan.</summary>
/// <param name="Plan">The answer.</param>
/// <param name="IsOutdated">Was it refused for what the workload was a moment ago? Then it is worth reading it again.</param>
internal sealed record PlannedRollback(RollbackPlan Plan, bool IsOutdated = false);
