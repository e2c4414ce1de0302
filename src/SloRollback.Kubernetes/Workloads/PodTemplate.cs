using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SloRollback.Kubernetes.Workloads;

/// <summary>A pod template without the marks that controllers put into their copies of it.</summary>
internal sealed record PodTemplate
{
    private PodTemplate(JsonElement json, string digest)
    {
        Json = json;
        Digest = digest;
    }

    public JsonElement Json { get; }

    /// <summary>Identity of the content. Order of keys, nulls and empty lists and maps are no content: servers add and drop them.</summary>
    public string Digest { get; }

    /// <summary>Makes the template of a workload's or revision's copy.</summary>
    /// <param name="template">The copy.</param>
    /// <param name="kind">The workload's kind, which tells the marks.</param>
    public static PodTemplate Of(JsonElement template, WorkloadKind kind)
    {
        var node = JsonSerializer.SerializeToNode(template)!.AsObject();

        // A strategic merge patch, which a ControllerRevision is, says with it that it replaces the template.
        node.Remove("$patch");
        if (kind.KeepsReplicaSets && node["metadata"]?["labels"] is JsonObject labels)
        {
            // Left in, it would stay in the workload for good.
            foreach (var label in kind.HashLabels)
                labels.Remove(label);
        }

        var clean = JsonSerializer.SerializeToElement(node);
        var text = new StringBuilder();
        Write(text, clean);
        return new PodTemplate(clean, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8)));
    }

    public bool Equals(PodTemplate? other) => other is not null && Digest == other.Digest;

    public override int GetHashCode() => Digest.GetHashCode(StringComparison.Ordinal);

    /// <summary>Writes the canonical form; answers whether there is any content.</summary>
    private static bool Write(StringBuilder text, JsonElement element)
    {
        var start = text.Length;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var member in element.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    var before = text.Length;
                    text.Append(JsonSerializer.Serialize(member.Name)).Append(':');
                    if (Write(text, member.Value))
                        text.Append(',');
                    else
                        text.Length = before;
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in element.EnumerateArray())
                {
                    // An empty item counts: its place does.
                    Write(text, item);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case JsonValueKind.Null:
                break;
            case JsonValueKind.String:
                text.Append(JsonSerializer.Serialize(element.GetString()));
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }

        if (element.ValueKind is not JsonValueKind.Null && text.Length - start > 2)
            return true;
        if (element.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null)
        {
            text.Length = start;
            return false;
        }

        return true;
    }
}
