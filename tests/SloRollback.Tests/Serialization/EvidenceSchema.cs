using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using SloRollback.Serialization;

namespace SloRollback.Tests.Serialization;

/// <summary>The published form of evidence documents, made from the types that write them.</summary>
internal static class EvidenceSchema
{
    // Our own converters write texts; what they hold is said here.
    private static readonly Dictionary<Type, string> Texts = new()
    {
        [typeof(Instant)] = "An instant in UTC, ISO 8601: 2026-03-01T12:00:00Z. Half-open intervals begin at it and end before it.",
        [typeof(Duration)] = "A length of time as NodaTime's round-trip pattern writes it, or in units: 1h, 5m, 30s.",
        [typeof(LocalTime)] = "A time of day, ISO 8601.",
        [typeof(ObjectiveTarget)] = "A target in per cent: 99.9%.",
        [typeof(RollbackWindow)] = "The length of a rollback window.",
        [typeof(DeploymentId)] = "Identity of a deployment.",
        [typeof(RollbackId)] = "Identity of a rollback: rb- and 16 hexadecimal digits.",
    };

    public static string Make()
    {
        var exported = ReadableJson.Context.Options.GetJsonSchemaAsNode(
            typeof(RollbackEvidence), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Say }).AsObject();
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "SloRollback evidence",
            ["description"] = $"Why a rollback was decided, or not, and what came of it. Schema version {RollbackEvidence.CurrentSchemaVersion}; members may be added within a version.",
        };
        foreach (var (name, value) in exported)
            schema[name] = value?.DeepClone();
        return schema.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    private static JsonNode Say(JsonSchemaExporterContext context, JsonNode node)
    {
        var type = context.TypeInfo.Type;
        var isNullable = Nullable.GetUnderlyingType(type) is not null;
        if (!Texts.TryGetValue(Nullable.GetUnderlyingType(type) ?? type, out var said))
            return node;

        return new JsonObject { ["type"] = isNullable ? new JsonArray("string", "null") : "string", ["description"] = said };
    }
}
