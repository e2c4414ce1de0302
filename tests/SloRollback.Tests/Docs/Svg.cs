using System.Text;

namespace SloRollback.Tests.Docs;

/// <summary>Writes one picture of the documentation: the same bytes on every machine, readable on a light and on a dark page.</summary>
internal sealed class Svg(string title)
{
    public const double Width = 900;
    private const double Size = 13;
    private const double Margin = 10;
    private readonly StringBuilder body = new();
    private readonly List<(string Text, double Left, double Top, double Right, double Bottom)> texts = [];
    private double bottom;

    /// <summary>What is wrong with the layout: texts that overlap, or leave the picture.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var box in texts.Where(b => b.Left < 0 || b.Right > Width || b.Top < 0))
            yield return $"\"{box.Text}\" leaves the picture";
        for (var i = 0; i < texts.Count; i++)
        {
            foreach (var other in texts.Skip(i + 1).Where(o => Overlap(texts[i], o)))
                yield return $"\"{texts[i].Text}\" and \"{other.Text}\" overlap";
        }
    }

    public Svg Text(double x, double y, string text, string color = Paint.Ink, string anchor = "start", double size = Size, bool isBold = false)
    {
        var width = text.Sum(WidthOf) * size * (isBold ? 1.1 : 1);
        var left = anchor switch { "start" => x, "end" => x - width, _ => x - (width / 2) };
        bottom = Math.Max(bottom, y + (0.2 * size));
        texts.Add((text, left, y - (0.8 * size), left + width, y + (0.2 * size)));
        body.Append($"  <text x=\"{N(x)}\" y=\"{N(y)}\" fill=\"{color}\"");
        if (anchor != "start") body.Append($" text-anchor=\"{anchor}\"");
        if (size != Size) body.Append($" font-size=\"{N(size)}\"");
        if (isBold) body.Append(" font-weight=\"600\"");
        body.Append($">{Escape(text)}</text>\n");
        return this;
    }

    public Svg Rectangle(double x, double y, double width, double height, string fill, string stroke = "none")
    {
        if (width <= 0 || height <= 0) return this;

        bottom = Math.Max(bottom, y + height);
        body.Append($"  <rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" fill=\"{fill}\"{(stroke == "none" ? "" : $" stroke=\"{stroke}\"")}/>\n");
        return this;
    }

    public Svg Line(double x1, double y1, double x2, double y2, string color, double width = 1, string dash = "")
    {
        body.Append($"  <path d=\"M{N(x1)} {N(y1)} L{N(x2)} {N(y2)}\" stroke=\"{color}\" stroke-width=\"{N(width)}\" fill=\"none\"{(dash.Length == 0 ? "" : $" stroke-dasharray=\"{dash}\"")}/>\n");
        return this;
    }

    /// <summary>Lines through points; each list is one stroke.</summary>
    public Svg Curve(IEnumerable<IReadOnlyList<(double X, double Y)>> strokes, string color, double width = 2)
    {
        var path = string.Join(' ', strokes.Where(s => s.Count > 0).Select(s => "M" + string.Join(" L", s.Select(p => $"{N(p.X)} {N(p.Y)}"))));
        body.Append($"  <path d=\"{path}\" stroke=\"{color}\" stroke-width=\"{N(width)}\" stroke-linejoin=\"round\" fill=\"none\"/>\n");
        return this;
    }

    public Svg Dot(double x, double y, string color)
    {
        body.Append($"  <circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"4\" fill=\"{color}\" stroke=\"#ffffff\"/>\n");
        return this;
    }

    public override string ToString() =>
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {N(Width)} {N(bottom + Margin)}" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="{N(Size)}" role="img" aria-label="{Escape(title)}">
          <title>{Escape(title)}</title>
          <defs>
            <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect width="6" height="6" fill="#eaeef2"/>
              <path d="M0 0 V6" stroke="#b6bfc8" stroke-width="1.5"/>
            </pattern>
          </defs>
          <rect width="{N(Width)}" height="{N(bottom + Margin)}" fill="#ffffff"/>
        {body}</svg>

        """;

    // Rounded so that the last bits of a division do not show; adding 0 makes -0 a 0.
    private static string N(double value) => (Math.Round(value, 1, MidpointRounding.AwayFromZero) + 0.0).ToString("0.#", CultureInfo.InvariantCulture);

    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);

    // Those of DejaVu Sans, the widest of the fonts that are asked for, in shares of the font's size.
    private static double WidthOf(char c) => c switch
    {
        ' ' or '.' or ',' or ':' or 'i' or 'l' or 'j' or '|' or '\'' => 0.32,
        '(' or ')' or 'f' or 't' or 'r' or '-' or '/' => 0.41,
        'm' or 'w' or 'M' or 'W' or '%' => 0.95,
        '<' or '>' or '=' or '×' or '−' or '≥' or '≤' => 0.84,
        >= 'A' and <= 'Z' => 0.7,
        _ => 0.62,
    };

    private static bool Overlap(
        (string Text, double Left, double Top, double Right, double Bottom) a, (string Text, double Left, double Top, double Right, double Bottom) b) =>
        a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom;
}
