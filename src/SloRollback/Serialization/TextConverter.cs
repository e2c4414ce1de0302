using System.Text.Json;
using System.Text.Json.Serialization;

namespace SloRollback.Serialization;

/// <summary>Writes a value as a JSON string and reads it back.</summary>
internal abstract class TextConverter<T> : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return text is not null && TryParse(text, out var value)
            ? value
            : throw new JsonException($"{(text is null ? reader.TokenType : $"\"{text}\"")} is not a {typeof(T).Name}.");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Format(value));

    protected abstract bool TryParse(string text, out T value);

    protected abstract string Format(T value);
}
