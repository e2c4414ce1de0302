using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SloRollback.Serialization;

namespace SloRollback.Sqlite.Rollbacks;

/// <summary>Payloads: JSON of the core, on one line.</summary>
internal static class JsonText
{
    public static SloRollbackJsonContext Context { get; } = new(new JsonSerializerOptions(SloRollbackJsonContext.Default.Options) { WriteIndented = false });

    public static string Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    /// <summary>Reads a payload.</summary>
    /// <param name="key">What it is, for the message.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="type">Its type.</param>
    /// <exception cref="JsonException">It is nothing that this version can read.</exception>
    public static T Read<T>(string key, string payload, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, type) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new JsonException($"{key}: {e.Message}", e);
        }
    }
}
