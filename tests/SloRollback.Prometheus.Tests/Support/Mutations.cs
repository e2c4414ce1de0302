namespace SloRollback.Prometheus.Tests.Support;

/// <summary>Mutilates a text in a few places.</summary>
internal static class Mutations
{
    private const string Spice = "{}[]()\"'`\\,=~!#\n\t .:_0aN+-e^$*?|\0\u00e9\ud800";

    public static string Of(string text, Random random)
    {
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var at = random.Next(text.Length + 1);
            var length = random.Next(Math.Min(10, text.Length - at) + 1);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, text.Substring(at, length)),
                2 => text[..at] + Spice[random.Next(Spice.Length)] + text[Math.Min(text.Length, at + 1)..],
                _ => text.Insert(at, Spice[random.Next(Spice.Length)].ToString()),
            };
        }

        return text;
    }
}
