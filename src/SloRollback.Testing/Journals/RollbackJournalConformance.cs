using System.Collections.Immutable;
using SloRollback.Rollbacks;

namespace SloRollback.Testing.Journals;

/// <summary>The law of <see cref="IRollbackJournal"/>, for all journals.</summary>
public sealed class RollbackJournalConformance
{
    private static readonly ImmutableSortedDictionary<string, Func<JournalScene, Task>> All =
        SwapCases.All.Concat(PauseCases.All).Concat(RecordCases.All).ToImmutableSortedDictionary(c => c.Method.Name.Replace('_', ' '), c => c, StringComparer.Ordinal);

    private readonly Func<CancellationToken, Task<IRollbackJournal>> open;

    /// <summary>A suite for one journal.</summary>
    /// <param name="open">
    /// Opens the journal. Within a case it is called more than once when <see cref="IRollbackJournal.IsDurable"/>: each time it answers another
    /// instance on the same data, as another process would have it. Every case wants data of its own. A journal that is disposable is disposed of.
    /// </param>
    public RollbackJournalConformance(Func<CancellationToken, Task<IRollbackJournal>> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        this.open = open;
    }

    /// <summary>The names of the cases.</summary>
    public static ImmutableArray<string> Cases => [.. All.Keys];

    /// <summary>Runs one case.</summary>
    /// <param name="name">One of <see cref="Cases"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ConformanceException">The journal breaks the law.</exception>
    /// <exception cref="ArgumentException">No case has this name.</exception>
    public async Task RunAsync(string name, CancellationToken cancellationToken)
    {
        if (!All.TryGetValue(name, out var run))
            throw new ArgumentException($"no case is named \"{name}\"", nameof(name));

        var scene = await JournalScene.OpenAsync(open, cancellationToken).ConfigureAwait(false);
        await using var closing = scene.ConfigureAwait(false);
        await run(scene).ConfigureAwait(false);
    }
}
