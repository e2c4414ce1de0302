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

    /// <summary>Mutilates bytes in a few places: changed, cut out, repeated, JSON's own marks put in.</summary>
    public static byte[] Of(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var i = random.Next(1, 6); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, random.Next(bytes.Count - at)); break;
                case 2: bytes.RemoveRange(at, random.Next(Math.Min(8, bytes.Count - at))); break;
                case 3: bytes.InsertRange(at, bytes.Slice(0, random.Next(at + 1))); break;
                default: bytes.Insert(at, (byte)"{}[]\",:0-e\\"[random.Next(11)]); break;
            }
        }

        return [.. bytes];
    }
}
