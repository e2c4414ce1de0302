using System.Text.Encodings.Web;
using System.Text.Json;

namespace SloRollback.Serialization;

/// <summary>The form of documents that people read: quotes and arrows stand as they are.</summary>
internal static class ReadableJson
{
    public static SloRollbackJsonContext Context { get; } = new(
        new JsonSerializerOptions(SloRollbackJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
