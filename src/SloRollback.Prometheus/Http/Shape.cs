using System.Text.Json;

namespace SloRollback.Prometheus.Http;

/// <summary>What a token must be for the answer to have the promised shape.</summary>
internal static class Shape
{
    /// <exception cref="AnswerShapeException">The token is another.</exception>
    public static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (reader.TokenType != type)
            throw Unexpected($"{what} was expected, not {reader.TokenType}");
    }

    /// <summary>A text, made fit for a message.</summary>
    /// <exception cref="AnswerShapeException">It is none.</exception>
    public static string Text(ref Utf8JsonReader reader, string what)
    {
        Expect(ref reader, JsonTokenType.String, what);
        return Excerpt.Of(reader.GetString()!);
    }

    public static AnswerShapeException Unexpected(string problem) => new($"unexpected JSON: {problem}");
}
