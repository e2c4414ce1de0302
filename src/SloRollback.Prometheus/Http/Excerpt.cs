using System.Text;

namespace SloRollback.Prometheus.Http;

/// <summary>Foreign text made fit for a message: one line, of bounded length, printable.</summary>
internal static class Excerpt
{
    private const int MaximumCharacters = 300;
    private const int BodyCharacters = 80;

    public static string Of(string text) => Clean(text, MaximumCharacters);

    /// <summary>The first characters of a body.</summary>
    public static string OfBody(ReadOnlySpan<byte> body) =>
        Clean(Encoding.UTF8.GetString(body[..Math.Min(body.Length, BodyCharacters * 4)]), BodyCharacters);

    private static string Clean(string text, int maximum)
    {
        var result = new StringBuilder(Math.Min(text.Length, maximum) + 1);
        var pendingSpace = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                pendingSpace = result.Length > 0;
                continue;
            }

            if (result.Length >= maximum)
                return result.Append('…').ToString();
            if (pendingSpace)
                result.Append(' ');

            pendingSpace = false;
            result.Append(rune.ToString());
        }

        return result.ToString();
    }
}
