using System.Collections.Immutable;

namespace SloRollback.Hosting.Configuration;

/// <summary>The keys that may stand at one kind of place in the configuration tree.</summary>
/// <param name="Place">The place's path; a part in braces is an id that the user chooses.</param>
/// <param name="Keys">The keys, as they are written.</param>
internal sealed record KeySet(string Place, ImmutableArray<string> Keys)
{
    public bool Contains(string key) => Keys.Contains(key, StringComparer.OrdinalIgnoreCase);
}
