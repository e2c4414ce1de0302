using SloRollback.Prometheus.Planning;

namespace SloRollback.Prometheus.Reading;

/// <summary>Which selectors of a planned read one request asks for.</summary>
/// <param name="only">For every selector, whether it does; <see langword="null"/> when it asks for all.</param>
internal sealed class AskedSelectors(bool[]? only)
{
    public static AskedSelectors All { get; } = new(null);

    public bool IsAsked(int selector) => only is null || only[selector];

    /// <summary>How many of a part's selectors are asked for.</summary>
    public int CountIn(ReadPart part) => only is null ? part.Read.Selectors.Length : only.AsSpan(part.Start, part.Read.Selectors.Length).Count(true);

    /// <summary>Notes which of a part's selectors are asked for.</summary>
    /// <param name="part">The part.</param>
    /// <param name="noted">For each of its selectors, whether it was noted.</param>
    /// <returns>Was any of them noted before?</returns>
    public bool Note(ReadPart part, bool[] noted)
    {
        var isKnown = false;
        for (var i = 0; i < noted.Length; i++)
        {
            if (IsAsked(part.Start + i))
                (isKnown, noted[i]) = (isKnown | noted[i], true);
        }

        return isKnown;
    }

    /// <summary>A part's selectors that are asked for, of which there is at least one.</summary>
    public PlannedRead Of(ReadPart part) =>
        CountIn(part) == part.Read.Selectors.Length ? part.Read : new PlannedRead([.. part.Read.Selectors.Where((_, i) => IsAsked(part.Start + i))]);
}
