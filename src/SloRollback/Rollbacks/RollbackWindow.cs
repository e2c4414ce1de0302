using NodaTime;
using SloRollback.Deployments;

namespace SloRollback.Rollbacks;

/// <summary>
/// How long after the end of a deployment's rollout an episode may still be blamed on it (SEMANTICS §6). Both ends are included.
/// </summary>
public readonly record struct RollbackWindow
{
    /// <summary>The longest window that needs no explicit override.</summary>
    public static readonly Duration MaximumWithoutOverride = Duration.FromHours(12);

    /// <summary>The longest window.</summary>
    public static readonly Duration Maximum = Duration.FromDays(30);

    private readonly Duration? length;

    /// <summary>Makes a window.</summary>
    /// <param name="length">More than 0, at most <see cref="Maximum"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">0 or less, or more than <see cref="Maximum"/>.</exception>
    public RollbackWindow(Duration length)
    {
        if (length <= Duration.Zero || length > Maximum)
            throw new ArgumentOutOfRangeException(nameof(length), length, "A rollback window is longer than 0 and at most 30 days.");

        // One value has one form: the default is equal to an explicit hour.
        this.length = length == Duration.FromHours(1) ? null : length;
    }

    /// <summary>The default window: 1 hour.</summary>
    public static RollbackWindow Default { get; } = new(Duration.FromHours(1));

    /// <summary>The window's length.</summary>
    public Duration Length => length ?? Duration.FromHours(1);

    /// <summary>
    /// Is a deployment a candidate for an episode? It must have started at or before the onset, and not have ended longer before it
    /// than the window; one whose rollout goes on is a candidate for at most <paramref name="maximumAge"/>.
    /// </summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="onset">When the episode began.</param>
    /// <param name="maximumAge">How long a rollout may go on and still count.</param>
    public bool Contains(Deployment deployment, Instant onset, Duration maximumAge) =>
        deployment.StartedAt <= onset
        && (deployment.EndedAt is { } ended ? onset - ended <= Length : onset - deployment.StartedAt <= maximumAge);
}
