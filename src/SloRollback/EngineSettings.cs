using System.Collections.Immutable;
using NodaTime;
using SloRollback.Objectives;

namespace SloRollback;

/// <summary>
/// The durations and counts of SEMANTICS that hold for all services of a host. Every default is the one that page gives.
/// </summary>
public sealed record EngineSettings
{
    /// <summary>Length of a step of the grid: a whole number of milliseconds, 1 s to 1 h.</summary>
    /// <value>60 s.</value>
    public Duration Step { get; init; } = Duration.FromSeconds(60);

    /// <summary>How long after its end a step is final: twice the metric source's scrape interval.</summary>
    /// <value>30 s.</value>
    public Duration Settle { get; init; } = Duration.FromSeconds(30);

    /// <summary>How many steps are read back at start, so that look-backs are filled and open windows are judged.</summary>
    /// <value>420: seven hours of 60 s.</value>
    public int ReplaySteps { get; init; } = 420;

    /// <summary>For how long each step is kept singly: what may still be corrected, and look-backs that are exact to the step.</summary>
    /// <value>7 h.</value>
    public Duration StepsKept { get; init; } = Duration.FromHours(7);

    /// <summary>Length of the buckets that older steps are kept in.</summary>
    /// <value>10 min.</value>
    public Duration MediumBucket { get; init; } = Duration.FromMinutes(10);

    /// <summary>For how long those are kept.</summary>
    /// <value>3 days.</value>
    public Duration MediumBucketsKept { get; init; } = Duration.FromDays(3);

    /// <summary>Length of the buckets that the rest of the period is kept in.</summary>
    /// <value>3 h.</value>
    public Duration CoarseBucket { get; init; } = Duration.FromHours(3);

    /// <summary>How long a revision must have served alone before it counts as good.</summary>
    /// <value>15 min.</value>
    public Duration BakeTime { get; init; } = Duration.FromMinutes(15);

    /// <summary>How long a target is left alone after a rollback.</summary>
    /// <value>30 min.</value>
    public Duration Cooldown { get; init; } = Duration.FromMinutes(30);

    /// <summary>How many rollbacks over all targets may be executed within <see cref="RateLimitPeriod"/>; then somebody must resume.</summary>
    /// <value>3.</value>
    public int RateLimit { get; init; } = 3;

    /// <summary>The stretch over which <see cref="RateLimit"/> counts.</summary>
    /// <value>1 h.</value>
    public Duration RateLimitPeriod { get; init; } = Duration.FromHours(1);

    /// <summary>How long a rollback waits for approval before it is abandoned.</summary>
    /// <value>30 min.</value>
    public Duration ApprovalTimeout { get; init; } = Duration.FromMinutes(30);

    /// <summary>How long the platform may take to complete a rollback before it counts as failed.</summary>
    /// <value>15 min.</value>
    public Duration ExecutionTimeout { get; init; } = Duration.FromMinutes(15);

    /// <summary>How much measured time after completion a verification needs.</summary>
    /// <value>5 min.</value>
    public Duration Verification { get; init; } = Duration.FromMinutes(5);

    /// <summary>How long after completion a verification may stay undecided before it ends as unverified.</summary>
    /// <value>30 min.</value>
    public Duration VerificationTimeout { get; init; } = Duration.FromMinutes(30);

    /// <summary>How long a revision that was rolled back is not returned to.</summary>
    /// <value>7 days.</value>
    public Duration Quarantine { get; init; } = Duration.FromDays(7);

    /// <summary>How long a rollout may go on and still be a candidate.</summary>
    /// <value>30 days.</value>
    public Duration MaximumRolloutAge { get; init; } = Duration.FromDays(30);

    /// <summary>How old the confirmation of a watched history may be, at least; two steps when that is longer.</summary>
    /// <value>30 s.</value>
    public Duration HistoryMaximumAge { get; init; } = Duration.FromSeconds(30);

    /// <summary>How many evaluations in a row must be unknown before it is notified ("cannot see").</summary>
    /// <value>3.</value>
    public int CannotSeeAfter { get; init; } = 3;

    /// <summary>Stretches that do not count for any objective, besides those of services and objectives. Ids are unique.</summary>
    public ImmutableArray<Downtime> Downtimes { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>May automatic rollbacks be journaled in memory only? A crash then forgets what was done.</summary>
    /// <value><see langword="false"/>.</value>
    public bool AllowVolatileJournal { get; init; }
}
