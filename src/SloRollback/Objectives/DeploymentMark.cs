using System.Collections.Immutable;

namespace SloRollback.Objectives;

/// <summary>The exact counts at a deployment's start, kept for as long as the deployment can be blamed.</summary>
/// <param name="before">At the first step that is not over when the deployment starts: the steps before it certainly came earlier.</param>
/// <param name="start">At the first step that begins at or after the deployment's start.</param>
internal sealed class DeploymentMark(ExactMark before, ExactMark start)
{
    public ExactMark Before { get; } = before;

    public ExactMark Start { get; } = start;

    /// <summary>
    /// At the first step that counts as since the deployment: <see cref="Start"/>, or where the gap that contains the start ends. Moves
    /// on while that gap lasts.
    /// </summary>
    public ExactMark Since { get; set; } = start;

    /// <summary>Of a composite: the members' marks; <see langword="null"/> for one that is not deployed with it.</summary>
    public ImmutableArray<DeploymentMark?> Parts { get; private init; } = [];

    /// <summary>Does the step before <see cref="Start"/> belong to a gap? Remembered when the step is no longer kept singly.</summary>
    public bool IsAfterGap { get; set; }

    /// <summary>Has the first step that counts been seen, so that <see cref="Since"/> stays?</summary>
    public bool IsSettled { get; set; }

    /// <summary>The mark for a composite with its members' marks.</summary>
    public DeploymentMark Of(ImmutableArray<DeploymentMark?> parts) => new(Before, Start) { Since = Since, Parts = parts };
}
