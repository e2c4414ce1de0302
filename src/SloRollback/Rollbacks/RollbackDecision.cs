using System.Collections.Immutable;
using SloRollback.Deployments;
using SloRollback.Policies;

namespace SloRollback.Rollbacks;

/// <summary>What was decided about an episode, and why.</summary>
public sealed record RollbackDecision
{
    /// <summary>What is decided.</summary>
    public DecisionKind Kind { get; init; }

    /// <summary>All reasons to hold that could be told, the headline first; empty unless <see cref="Kind"/> is Hold.</summary>
    public ImmutableArray<HoldReason> Holds { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>What is not known, when one of the reasons is <see cref="HoldReason.Unknown"/>.</summary>
    public UnknownReason Unknown { get; init; }

    /// <summary>The deployment that is blamed, as far as it can be told.</summary>
    public Deployment? Suspect { get; init; }

    /// <summary>The revision to return to, as far as it can be told.</summary>
    public Revision? ReturnTo { get; init; }

    /// <summary>Revisions newer than the suspect's that the rollback undoes as well.</summary>
    public ImmutableArray<Revision> PassedOver { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The decision and its reasons as one line for people.</summary>
    public string Text { get => field ?? ""; init; } = "";

    /// <summary>The first reason to hold, or <see cref="HoldReason.None"/>.</summary>
    public HoldReason Headline => Holds.IsEmpty ? HoldReason.None : Holds[0];
}
