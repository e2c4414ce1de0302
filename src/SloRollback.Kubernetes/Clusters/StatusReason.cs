using System.Text.Json;

namespace SloRollback.Kubernetes.Clusters;

/// <summary>What may be told of the <c>Status</c> object that an API server answers with.</summary>
internal static class StatusReason
{
    /// <summary>Its reason and the fields that it finds fault with; <see langword="null"/> when there is none.</summary>
    /// <param name="content">The body of the answer.</param>
    public static string? Read(string? content)
    {
        if (string.IsNullOrEmpty(content) || content[0] != '{')
            return null;

        try
        {
            using var status = JsonDocument.Parse(content);
            if (Text(status.RootElement, "reason") is not { Length: > 0 } reason)
                return null;

            var fields = status.RootElement.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Object && details.TryGetProperty("causes", out var causes) && causes.ValueKind == JsonValueKind.Array
                ? causes.EnumerateArray().Select(c => Text(c, "field")).OfType<string>().Distinct(StringComparer.Ordinal).ToList()
                : [];
            return fields.Count == 0 ? reason : $"{reason} ({string.Join(", ", fields)})";
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
