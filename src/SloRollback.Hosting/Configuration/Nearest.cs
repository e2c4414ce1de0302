namespace SloRollback.Hosting.Configuration;

/// <summary>Finds what somebody probably meant to write.</summary>
internal static class Nearest
{
    /// <summary>The candidate with the fewest edits, when they are few enough to be a slip: at most one in three letters.</summary>
    public static string? Find(string text, IEnumerable<string> candidates) =>
        candidates
            .Select(candidate => (candidate, edits: Edits(text.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(c => c.edits <= Math.Max(1, Math.Min(text.Length, c.candidate.Length) / 3))
            .OrderBy(c => c.edits)
            .Select(c => c.candidate)
            .FirstOrDefault();

    /// <summary>Levenshtein's distance, kept in one row.</summary>
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
