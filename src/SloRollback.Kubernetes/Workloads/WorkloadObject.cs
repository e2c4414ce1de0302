using System.Text.Json;

namespace SloRollback.Kubernetes.Workloads;

/// <summary>A workload as the API server answered it. It stays raw JSON, so that fields which this client does not know survive.</summary>
internal sealed record WorkloadObject(WorkloadKind Kind, JsonElement Json)
{
    public string Name => Json.Text("metadata", "name") ?? "";

    public string Namespace => Json.Text("metadata", "namespace") ?? "";

    public string Uid => Json.Text("metadata", "uid") ?? "";

    public string ResourceVersion => Json.Text("metadata", "resourceVersion") ?? "";

    public long Generation => Json.Number("metadata", "generation") ?? 0;

    /// <summary>The newest generation that its controller has worked off; what the status says is about that one.</summary>
    public long ObservedGeneration => Json.Number("status", "observedGeneration") ?? 0;

    public bool IsObserved => ObservedGeneration >= Generation;

    public bool IsBeingDeleted => Json.At("metadata", "deletionTimestamp") is not null;

    public bool IsPaused => Json.IsTrue("spec", "paused");

    /// <summary>The pod template; <see langword="null"/> where an Argo Rollout has it elsewhere.</summary>
    public JsonElement? Template => Json.At("spec", "template");

    public int Replicas => (int)(Json.Number("spec", "replicas") ?? 1);

    /// <summary>The StatefulSet's or DaemonSet's way to replace pods; empty for others.</summary>
    public string UpdateStrategy => Json.Text("spec", "updateStrategy", "type") ?? "";

    public bool IsOrderedReady => Kind == WorkloadKind.StatefulSet && (Json.Text("spec", "podManagementPolicy") ?? "OrderedReady") == "OrderedReady";

    public bool HasAnnotations => Json.At("metadata", "annotations") is not null;

    public string? Annotation(string name) => Json.Text("metadata", "annotations", name);

    public string? Label(string name) => Json.Text("metadata", "labels", name);

    public int Status(string name) => (int)(Json.Number("status", name) ?? 0);

    public JsonElement? Condition(string type) =>
        Json.Items("status", "conditions").Where(c => c.Text("type") == type).Select(c => (JsonElement?)c).FirstOrDefault();

    /// <summary>The managers that the API server has seen change the object.</summary>
    public IEnumerable<string> Managers => Json.Items("metadata", "managedFields").Select(m => m.Text("manager")).OfType<string>().Distinct();

    /// <summary>Selects its pods and revisions, in the notation of requests.</summary>
    public string Selector => string.Join(
        ',',
        Json.Members("spec", "selector", "matchLabels").Select(l => $"{l.Name}={l.Value.GetString()}").Concat(Json.Items("spec", "selector", "matchExpressions").Select(Expression)));

    public override string ToString() => $"{Kind}/{Name}";

    private static string Expression(JsonElement expression)
    {
        var key = expression.Text("key");
        var values = $"({string.Join(',', expression.Items("values").Select(v => v.GetString()))})";
        return expression.Text("operator") switch
        {
            "In" => $"{key} in {values}",
            "NotIn" => $"{key} notin {values}",
            "DoesNotExist" => $"!{key}",
            _ => $"{key}",
        };
    }
}
