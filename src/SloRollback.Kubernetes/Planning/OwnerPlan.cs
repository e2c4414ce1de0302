using System.Collections.Immutable;
using System.Text.Json;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Planning;

/// <summary>What the owners of a workload mean for its rollback.</summary>
/// <param name="Refusal">Why there is none; <see langword="null"/> when they allow it.</param>
/// <param name="Notes">What people should know.</param>
/// <param name="Annotations">What to set on the workload, so that an owner leaves it alone.</param>
/// <param name="PausedApplications">The Argo CD Applications to pause first.</param>
internal sealed record OwnerPlan(
    string? Refusal, ImmutableArray<string> Notes, ImmutableArray<KeyValuePair<string, string>> Annotations, ImmutableArray<string> PausedApplications)
{
    public static OwnerPlan Of(WorkloadObject workload, IEnumerable<JsonElement> autoscalers, KubernetesOptions options)
    {
        var owners = WorkloadOwner.Of(workload, autoscalers);
        var refused = owners.FirstOrDefault(o => o.Strategy(options) == OwnerStrategy.Refuse);
        var paused = owners.Where(o => o.Strategy(options) == OwnerStrategy.PauseSync).ToList();
        return new OwnerPlan(
            refused is null ? null : $"{workload} is managed by {refused}{(refused.Undoes ? ", which would undo the rollback" : "")}; the option {refused.Tool} says what to do then",
            [.. owners.Select(o => Note(o, o.Strategy(options)))],
            [.. paused.Where(o => o.Tool == OwnerTool.Flux).Select(_ => WorkloadOwner.FluxPause).Take(1)],
            [.. paused.Where(o => o.Tool == OwnerTool.ArgoCd).Select(o => o.Name)]);
    }

    private static string Note(WorkloadOwner owner, OwnerStrategy strategy) => (owner, strategy) switch
    {
        (_, OwnerStrategy.PauseSync) => $"the sync of {owner} is paused, until somebody resumes it",
        ({ Undoes: true }, _) => $"{owner} manages it and may undo this",
        _ => $"{owner} scales it, which stays so",
    };
}
