namespace SloRollback.Sample.Display;

/// <summary>Breaks text into lines at spaces.</summary>
internal static class Wrapping
{
    public static IEnumerable<string> Wrap(string text, int width, int indent = 0)
    {
        var rest = text;
        while (rest.Length > width)
        {
            var cut = rest.LastIndexOf(' ', width);
            if (cut <= indent) cut = width;
            yield return rest[..cut];
            rest = new string(' ', indent) + rest[cut..].TrimStart();
        }

        yield return rest;
    }
}
