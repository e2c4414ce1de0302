using System.Collections.Immutable;

namespace SloRollback.Objectives;

/// <summary>The exact counts at a deployment's start, kept for as long as the deployment can be blamed.</summary>
/// <param name="before">At the first step that is not over when the deployment starts: the steps before it certainly came earlier.</param>
/// <param name="start">First step that begins at or after the deployment's start.</param>
/// <param name="since">At that step.</param>
internal sealed class DeploymentMark(ExactMark before, long start, ExactMark since)
{
    public ExactMark Before { get; } = before;

    public long Start { get; } = start;

    /// <summary>At the first step that counts as since the deployment. Moves on while a gap that contains the start lasts.</summary>
    public ExactMark Since { get; set; } = since;

    /// <summary>Of a composite: the members' marks; <see langword="null"/> for one that is not deployed with it.</summary>
    public ImmutableArray<DeploymentMark?> Parts { get; private init; } = [];

    /// <summary>Has the first step after the start been seen, so that <see cref="Since"/> stays?</summary>
    public bool IsSettled { get; set; }

    /// <summary>The mark for a composite with its members' marks.</summary>
    public DeploymentMark Of(ImmutableArray<DeploymentMark?> parts) => new(Before, Start, Since) { Parts = parts };
}
