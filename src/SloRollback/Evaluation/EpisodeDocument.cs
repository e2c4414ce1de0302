using System.Collections.Immutable;
using SloRollback.Policies;
using SloRollback.Rollbacks;

namespace SloRollback.Evaluation;

/// <summary>The open episodes of an objective's rules, and what else its decisions rest on besides the counts, as it is written.</summary>
internal sealed record EpisodeDocument
{
    /// <summary>The form of the document: a later one may be read as well, as long as it only adds.</summary>
    public int Version { get; init; }

    public string Objective { get => field ?? ""; init; } = "";

    /// <summary>The step after the newest that was booked: episodes go on only with the counts of the same moment.</summary>
    public long Next { get; init; }

    public long Evaluated { get; init; }

    public long Counted { get; init; }

    public long? GapFrom { get; init; }

    public int BlindEvaluations { get; init; }

    public ImmutableArray<SavedRule> Rules { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary>What is written of a rule.</summary>
internal sealed record SavedRule
{
    public string Rule { get => field ?? ""; init; } = "";

    /// <summary>The target: a composite's rule has a state for each.</summary>
    public string Target { get => field ?? ""; init; } = "";

    /// <summary>The rule as it was: what was begun under another one does not go on.</summary>
    public string Definition { get => field ?? ""; init; } = "";

    public ImmutableArray<SavedEpisode> Open { get => field.IsDefault ? [] : field; init; } = [];

    public RollbackDecision? LastDecision { get; init; }

    public string EvidenceId { get => field ?? ""; init; } = "";

    public ImmutableArray<RevisionRecord> Revisions { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary>An open episode and the decision in force about it.</summary>
internal sealed record SavedEpisode
{
    public Episode? Episode { get; init; }

    public RollbackDecision? Decision { get; init; }
}
