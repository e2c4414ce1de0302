using System.Text.Json;
using System.Text.Json.Nodes;
using SloRollback.Kubernetes.Workloads;
using SloRollback.Rollbacks;

namespace SloRollback.Kubernetes.Patches;

/// <summary>Writes the one JSON patch that is a rollback.</summary>
internal static class RollbackPatch
{
    private const int MaximumText = 500;

    /// <summary>
    /// The patch. Its first operation makes the server refuse it with 409 when the workload is not the one that was read any more: a
    /// failing <c>test</c> would be answered as any other fault of the patch.
    /// </summary>
    /// <param name="workload">The workload as it was read.</param>
    /// <param name="target">The revision to bring back.</param>
    /// <param name="request">The rollback.</param>
    /// <param name="annotations">Annotations to set besides our own.</param>
    public static string Write(WorkloadObject workload, WorkloadRevision target, RollbackRequest request, IEnumerable<KeyValuePair<string, string>> annotations)
    {
        var operations = new JsonArray
        {
            Operation("replace", "/metadata/resourceVersion", workload.ResourceVersion),
            Operation("replace", "/spec/template", JsonSerializer.SerializeToNode(target.Template.Json)),
        };
        if (!workload.HasAnnotations)
            operations.Add(Operation("add", "/metadata/annotations", new JsonObject()));
        foreach (var (name, value) in Marks(target, request).Concat(annotations))
            operations.Add(Operation("add", $"/metadata/annotations/{Escape(name)}", value));

        return operations.ToJsonString();
    }

    /// <summary>
    /// What is written on the workload. The change-cause is among them, since the controller copies it to the revision that is brought
    /// back, over the one which that has: ours keeps its words.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, string>> Marks(WorkloadRevision target, RollbackRequest request)
    {
        var was = target.ChangeCause is { Length: > 0 } cause && !cause.StartsWith(Prefix, StringComparison.Ordinal) ? $" (\"{Short(cause)}\")" : "";
        yield return new(RollbackMarks.Id, request.Id.Value);
        yield return new(RollbackMarks.Reason, Short(request.Reason));
        yield return new(RollbackMarks.From, request.From.Id);
        yield return new(RollbackMarks.To, request.To.Id);
        yield return new(WorkloadRevision.ChangeCauseAnnotation, $"{Prefix} {request.Id}: {request.From} → {request.To}{was}");
    }

    private const string Prefix = "SloRollback";

    private static JsonObject Operation(string operation, string path, JsonNode? value) => new() { ["op"] = operation, ["path"] = path, ["value"] = value };

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static string Short(string text) => text.Length <= MaximumText ? text : $"{text.AsSpan(0, MaximumText)}…";
}
