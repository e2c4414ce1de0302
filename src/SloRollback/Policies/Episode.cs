using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Services;

namespace SloRollback.Policies;

/// <summary>
/// A stretch during which a rule's condition is breached (SEMANTICS §5). A rollback rule has one per deployment whose window is
/// open: that deployment only sets the counts; who may be blamed is decided over all deployments of the target.
/// </summary>
public sealed record Episode
{
    /// <summary>The rule.</summary>
    public RuleKey Rule { get; init; }

    /// <summary>The deployment since which bad events count; <see langword="null"/> for a rule that only notifies.</summary>
    public DeploymentId? Deployment { get; init; }

    /// <summary>The first evaluation that was breached. It fixes who may be blamed.</summary>
    public Instant Onset { get; init; }

    /// <summary>The first step of the run of errors that the breach lies in.</summary>
    public Instant ErrorsBegan { get; init; }

    /// <summary>The smallest factor of the conditions that were breached at the onset.</summary>
    public decimal Above { get; init; }

    /// <summary>The longest long look-back of the conditions that were breached at the onset.</summary>
    public Duration LongLookback { get; init; }

    /// <summary>The longest short look-back of the conditions that were breached at the onset.</summary>
    public Duration ShortLookback { get; init; }

    /// <summary>The last evaluation that was not unknown.</summary>
    public Instant LastVerdict { get; init; }

    /// <summary>When it ended; <see langword="null"/> while it goes on.</summary>
    public Instant? EndedAt { get; init; }

    /// <summary>How it ended.</summary>
    public EpisodeEnd End { get; init; }

    /// <summary>Did a decision find that errors began before every deployment? That sticks: on the tail of an outage it must not lapse.</summary>
    public bool IsPredated { get; init; }

    /// <summary>Was it begun by a recomputation, such as the beginning of a period, and not by new errors? It then blames nobody.</summary>
    public bool IsRecomputed { get; init; }

    /// <summary>What was known of each deployment at the onset, or when it was first reported.</summary>
    public ImmutableArray<DeploymentFacts> Facts { get => field.IsDefault ? [] : field; init; } = [];
}
