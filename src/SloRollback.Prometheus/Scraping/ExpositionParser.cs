using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using SloRollback.Prometheus.Selectors;

namespace SloRollback.Prometheus.Scraping;

/// <summary>
/// Reads a page of metrics in the Prometheus text format 0.0.4, or in OpenMetrics text, whose additions (exemplars, units,
/// <c># EOF</c>) are passed over. Timestamps are passed over as well: a sample is of the time of its scrape. A page with a fault
/// in it is refused as a whole, as Prometheus does.
/// </summary>
internal static class ExpositionParser
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("+-.0123456789eE");

    /// <summary>Reads a page.</summary>
    /// <param name="page">The page's text.</param>
    /// <param name="samples">Its samples, in order.</param>
    /// <param name="problem">Otherwise the first fault, with its line.</param>
    public static bool TryParse(ReadOnlySpan<char> page, out List<ExposedSample> samples, [NotNullWhen(false)] out string? problem)
    {
        samples = [];
        problem = null;
        var number = 0;
        foreach (var raw in page.Split('\n'))
        {
            number++;
            var line = new LineReader(page[raw]);
            if (line.IsComment || line.IsEmpty)
            {
                // What follows the end is not for us; a proxy may have joined two pages.
                if (line.IsEnd)
                    break;
                continue;
            }

            if (line.TryRead(out var sample, out var message))
            {
                samples.Add(sample);
            }
            else
            {
                problem = $"line {number}: {message}";
                return false;
            }
        }

        return true;
    }

    private ref struct LineReader
    {
        private readonly ReadOnlySpan<char> trimmed;
        private ReadOnlySpan<char> rest;

        public LineReader(ReadOnlySpan<char> line) => rest = trimmed = line.Trim(" \t\r");

        public readonly bool IsEmpty => trimmed.IsEmpty;

        public readonly bool IsComment => trimmed is ['#', ..];

        public readonly bool IsEnd => trimmed is "# EOF";

        public bool TryRead(out ExposedSample sample, out string message)
        {
            sample = default;
            var labels = new List<(string Name, string Value)>();
            if (NameLength(rest, isMetric: true) is var length and > 0)
                labels.Add((VectorSelector.NameLabel, Take(length)));
            if (!rest.IsEmpty && rest[0] is not (' ' or '\t' or '{'))
                return Fail("this character cannot be in a metric's name", out message);

            SkipSpace();
            if (rest is ['{', ..] && !TryReadLabels(labels, out message))
                return false;
            if (labels.Count == 0 || !labels.Exists(l => l.Name is VectorSelector.NameLabel))
                return Fail("a metric's name was expected", out message);
            if (labels.DistinctBy(l => l.Name, StringComparer.Ordinal).Count() != labels.Count)
                return Fail("a label is given twice", out message);

            SkipSpace();
            if (!TryReadNumber(Word(), out var value))
                return Fail("a number was expected", out message);

            SkipSpace();
            if (!rest.IsEmpty && rest[0] != '#' && !TryReadNumber(Word(), out _))
                return Fail("a timestamp was expected", out message);

            SkipSpace();
            if (!rest.IsEmpty && rest[0] != '#')
                return Fail("the line should have ended", out message);

            message = "";
            sample = new ExposedSample(new LabelSet(labels), value);
            return true;
        }

        private bool TryReadLabels(List<(string Name, string Value)> labels, out string message)
        {
            rest = rest[1..];
            SkipSpace();
            while (rest is not ['}', ..])
            {
                var isQuoted = rest is ['"', ..];
                if (!TryReadLabelName(isQuoted, out var name))
                    return Fail("a label's name was expected", out message);

                SkipSpace();
                if (isQuoted && rest is [',' or '}', ..])
                {
                    labels.Add((VectorSelector.NameLabel, name));
                }
                else
                {
                    if (rest is not ['=', ..])
                        return Fail("= was expected after a label's name", out message);

                    rest = rest[1..];
                    SkipSpace();
                    if (!TryReadText(out var value))
                        return Fail("a label's value was expected in quotes", out message);

                    labels.Add((name, value));
                }

                SkipSpace();
                if (rest is [',', ..])
                    rest = rest[1..];
                else if (rest is not ['}', ..])
                    return Fail(", or } was expected after a label", out message);
                SkipSpace();
            }

            rest = rest[1..];
            message = "";
            return true;
        }

        private bool TryReadLabelName(bool isQuoted, out string name)
        {
            if (isQuoted)
                return TryReadText(out name) && name.Length > 0;

            var length = NameLength(rest, isMetric: false);
            name = Take(length);
            return length > 0;
        }

        private bool TryReadText(out string value)
        {
            value = "";
            if (rest is not ['"', ..])
                return false;

            var text = new StringBuilder();
            for (var i = 1; i < rest.Length; i++)
            {
                switch (rest[i])
                {
                    case '"':
                        rest = rest[(i + 1)..];
                        value = text.ToString();
                        return true;
                    case '\\' when i + 1 < rest.Length:
                        // \\ \" \n; of any other sequence the backslash stands for itself, as in Prometheus.
                        i++;
                        _ = rest[i] switch
                        {
                            'n' => text.Append('\n'),
                            '\\' or '"' => text.Append(rest[i]),
                            var other => text.Append('\\').Append(other),
                        };
                        break;
                    case var c:
                        text.Append(c);
                        break;
                }
            }

            return false;
        }

        private static bool TryReadNumber(ReadOnlySpan<char> word, out double value)
        {
            (var isKnown, value) = word switch
            {
                "NaN" or "nan" => (true, double.NaN),
                "+Inf" or "Inf" or "+inf" or "inf" => (true, double.PositiveInfinity),
                "-Inf" or "-inf" => (true, double.NegativeInfinity),
                _ => (false, 0d),
            };

            const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            return isKnown || (double.TryParse(word, Style, CultureInfo.InvariantCulture, out value) && !word.ContainsAnyExcept(NumberCharacters));
        }

        private static int NameLength(ReadOnlySpan<char> text, bool isMetric)
        {
            var length = 0;
            while (length < text.Length && text[length] is var c
                && (char.IsAsciiLetter(c) || c == '_' || (isMetric && c == ':') || (length > 0 && char.IsAsciiDigit(c))))
                length++;

            return length;
        }

        private ReadOnlySpan<char> Word()
        {
            var end = rest.IndexOfAny(' ', '\t');
            var word = end < 0 ? rest : rest[..end];
            rest = rest[word.Length..];
            return word;
        }

        private string Take(int length)
        {
            var taken = rest[..length].ToString();
            rest = rest[length..];
            return taken;
        }

        private void SkipSpace() => rest = rest.TrimStart(" \t");

        private readonly bool Fail(string problem, out string message)
        {
            message = $"{problem} at column {trimmed.Length - rest.Length + 1}";
            return false;
        }
    }
}
