using System.Text.Json;

namespace SloRollback.Prometheus.Http;

/// <summary>A value that does not concern us, passed over token by token, however large it is.</summary>
internal struct SkippedValue
{
    private int? depth;

    /// <summary>Takes a token; was it the value's last?</summary>
    public bool EndsWith(ref Utf8JsonReader reader)
    {
        if (depth is null && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            depth ??= reader.CurrentDepth;
            return false;
        }

        if (depth is { } outer && (reader.CurrentDepth != outer || reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray)))
            return false;

        depth = null;
        return true;
    }
}
