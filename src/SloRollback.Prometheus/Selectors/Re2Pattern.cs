using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace SloRollback.Prometheus.Selectors;

/// <summary>
/// Makes a .NET regular expression of an RE2 pattern that must match a whole value. Where the two languages differ the pattern is
/// rewritten (<c>\d \w \s</c> are ASCII in RE2, <c>(?P&lt;name&gt;…)</c>, <c>[</c> inside a class) or refused; it is never silently
/// read as something else. Matching takes linear time, as RE2's does.
/// </summary>
internal static class Re2Pattern
{
    private static readonly TimeSpan NoTimeout = Regex.InfiniteMatchTimeout;

    public static bool TryCreate(string pattern, [NotNullWhen(true)] out Regex? regex, [NotNullWhen(false)] out string? problem)
    {
        regex = null;
        if (!TryTranslate(pattern, out var translated, out problem))
            return false;

        try
        {
            const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline;

            // Alone first: a pattern such as a)(b must not become part of what it is put into.
            _ = new Regex(translated, Options, NoTimeout);
            regex = new Regex($@"\A(?:{translated})\z", Options, NoTimeout);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            problem = "this regular expression is not understood: " + (e as RegexParseException)?.Error switch
            {
                null => "it uses what RE2 does not have, or is too large",
                var code => code.ToString(),
            };
            return false;
        }
    }

    private static bool TryTranslate(string pattern, out string translated, [NotNullWhen(false)] out string? problem)
    {
        var result = new StringBuilder(pattern.Length + 8);
        var inClass = false;
        problem = null;
        for (var i = 0; i < pattern.Length && problem is null; i++)
        {
            var rest = pattern.AsSpan(i);
            switch (pattern[i])
            {
                case '\\':
                    problem = Escape(rest, inClass, result);
                    i++;
                    break;
                case '[' when inClass:
                    if (rest.StartsWith("[:"))
                        problem = "POSIX character classes such as [[:alpha:]] are not understood here; write the range";
                    result.Append(@"\[");
                    break;
                case '[':
                    inClass = true;
                    var length = rest.StartsWith("[^]") ? 3 : rest.StartsWith("[]") || rest.StartsWith("[^") ? 2 : 1;
                    result.Append(rest[..length]);
                    i += length - 1;
                    break;
                case ']' when inClass:
                    inClass = false;
                    result.Append(']');
                    break;
                case '(' when !inClass && rest.StartsWith("(?P<"):
                    result.Append("(?<");
                    i += 3;
                    break;
                case '(' when !inClass && rest.StartsWith("(?"):
                    problem = Group(rest);
                    result.Append('(');
                    break;
                case var c:
                    result.Append(c);
                    break;
            }
        }

        translated = result.ToString();
        return problem is null;
    }

    private static string? Escape(ReadOnlySpan<char> rest, bool inClass, StringBuilder result)
    {
        const string Word = "0-9A-Za-z_", Space = @"\t\n\f\r ";
        var c = rest.Length > 1 ? rest[1] : '\0';
        var set = char.ToLowerInvariant(c) switch { 'd' => "0-9", 'w' => Word, 's' => Space, _ => null };
        switch (set)
        {
            case null when c == '\0':
                return @"this regular expression ends in a lone \";
            case null when c is 'Q' or 'E' or 'C' or 'Z' or 'G' or 'k' or 'c' || char.IsAsciiDigit(c) || rest.StartsWith(@"\x{"):
                return $@"\{c} is not understood here";
            case null when c is 'b' or 'B' && !inClass:
                return @"\b and \B are not understood here: they differ beyond ASCII";
            case null:
                result.Append('\\').Append(c);
                return null;
            case var _ when char.IsAsciiLetterLower(c):
                result.Append(inClass ? set : $"[{set}]");
                return null;
            case var _ when inClass:
                return $@"\{c} inside a character class is not understood here";
            default:
                result.Append($"[^{set}]");
                return null;
        }
    }

    // RE2 knows (?:…), (?<name>…) and the flags i, m, s, U; .NET has more, and U it lacks.
    private static string? Group(ReadOnlySpan<char> rest)
    {
        var tail = rest[2..];
        if (tail.StartsWith(":") || (tail.StartsWith("<") && tail.Length > 1 && (char.IsAsciiLetter(tail[1]) || tail[1] == '_')))
            return null;

        var flags = tail.IndexOfAnyExcept("ims-");
        return flags > 0 && tail[flags] is ':' or ')' ? null : "this kind of group is not understood here";
    }
}
