using System.Collections.Immutable;
using System.Text.Json;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Planning;

/// <summary>Something else that writes to a workload.</summary>
/// <param name="Tool">Which one.</param>
/// <param name="Name">Its object or release, for people; may be empty.</param>
internal sealed record WorkloadOwner(OwnerTool Tool, string Name)
{
    private const string FluxKustomize = "kustomize.toolkit.fluxcd.io/name";
    private const string FluxHelm = "helm.toolkit.fluxcd.io/name";
    private const string ArgoTracking = "argocd.argoproj.io/tracking-id";
    private const string ArgoInstance = "argocd.argoproj.io/instance";

    /// <summary>The annotation that makes Flux's kustomize-controller leave an object alone.</summary>
    public static KeyValuePair<string, string> FluxPause { get; } = new("kustomize.toolkit.fluxcd.io/reconcile", "disabled");

    /// <summary>The patch that makes Argo CD leave an Application alone.</summary>
    public const string ArgoPause = """{"metadata":{"annotations":{"argocd.argoproj.io/skip-reconcile":"true"}}}""";

    /// <summary>Can its sync be paused for this workload?</summary>
    public bool CanPause { get; private init; }

    /// <summary>Does it undo what we change, now or with its next change?</summary>
    public bool Undoes => Tool != OwnerTool.HorizontalPodAutoscaler;

    /// <summary>The owners that have left their marks on a workload, and the autoscalers that aim at it.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="autoscalers">The HorizontalPodAutoscalers of its namespace.</param>
    public static ImmutableArray<WorkloadOwner> Of(WorkloadObject workload, IEnumerable<JsonElement> autoscalers)
    {
        var owners = ImmutableArray.CreateBuilder<WorkloadOwner>();
        var managers = workload.Managers.ToHashSet(StringComparer.Ordinal);

        // "shop:apps/Deployment:default/checkout": the application is what stands before the first colon.
        var application = workload.Annotation(ArgoTracking)?.Split(':')[0] ?? workload.Label(ArgoInstance);
        if (application is not null || managers.Contains("argocd-controller") || managers.Contains("argocd-application-controller"))
            owners.Add(new(OwnerTool.ArgoCd, application ?? "") { CanPause = application is { Length: > 0 } });

        if (workload.Annotation(FluxPause.Key) != FluxPause.Value)
        {
            if ((workload.Label(FluxKustomize) ?? (managers.Contains("kustomize-controller") ? "" : null)) is { } kustomization)
                owners.Add(new(OwnerTool.Flux, kustomization) { CanPause = true });
            if ((workload.Label(FluxHelm) ?? (managers.Contains("helm-controller") ? "" : null)) is { } release)
                owners.Add(new(OwnerTool.Flux, release));
        }

        if (owners.All(o => o.Tool != OwnerTool.Flux) && (workload.Annotation("meta.helm.sh/release-name") is not null || workload.Label("app.kubernetes.io/managed-by") == "Helm"))
            owners.Add(new(OwnerTool.Helm, workload.Annotation("meta.helm.sh/release-name") ?? ""));

        foreach (var autoscaler in autoscalers.Where(a => a.Text("spec", "scaleTargetRef", "kind") == workload.Kind.Name && a.Text("spec", "scaleTargetRef", "name") == workload.Name))
            owners.Add(new(OwnerTool.HorizontalPodAutoscaler, autoscaler.Text("metadata", "name") ?? ""));

        return owners.DrainToImmutable();
    }

    public OwnerStrategy Strategy(KubernetesOptions options)
    {
        var chosen = Tool switch
        {
            OwnerTool.ArgoCd => options.ArgoCd,
            OwnerTool.Flux => options.Flux,
            OwnerTool.Helm => options.Helm,
            _ => options.HorizontalPodAutoscaler,
        };
        return chosen == OwnerStrategy.PauseSync && !CanPause ? OwnerStrategy.Annotate : chosen;
    }

    public override string ToString() => Name.Length > 0 ? $"{Title} ({Name})" : Title;

    private string Title => Tool switch
    {
        OwnerTool.ArgoCd => "Argo CD",
        OwnerTool.HorizontalPodAutoscaler => "a HorizontalPodAutoscaler",
        _ => Tool.ToString(),
    };
}

/// <summary>What else writes to workloads.</summary>
internal enum OwnerTool
{
    /// <summary>Argo CD.</summary>
    ArgoCd,

    /// <summary>Flux, by a Kustomization or a HelmRelease.</summary>
    Flux,

    /// <summary>A release of Helm itself: nothing runs in the cluster, the next upgrade writes.</summary>
    Helm,

    /// <summary>A HorizontalPodAutoscaler.</summary>
    HorizontalPodAutoscaler,
}
