using SloRollback.Budgets;
using SloRollback.Deployments;
using SloRollback.Indicators;

namespace SloRollback.Objectives;

/// <summary>What conditions and decisions read of an objective at its newest step: of a tracker, or of a composite's members.</summary>
internal interface IObjectiveCounts
{
    ObjectiveTerms Terms { get; }

    bool HasStarted { get; }

    /// <summary>Index of the first step that was recorded; meaningless before <see cref="HasStarted"/>.</summary>
    long First { get; }

    /// <summary>Index of the next step to record.</summary>
    long Next { get; }

    /// <summary>What is known of the newest step.</summary>
    StepState NewestState { get; }

    /// <summary>The counts of the newest steps. They lack at most the events of one bucket at the old edge.</summary>
    WindowCounts Last(long steps);

    /// <summary>The counts of a run of steps.</summary>
    WindowCounts Between(long from, long to);

    /// <summary>The counts of the kept buckets that cover a run of steps, at the resolution that is kept there.</summary>
    WindowCounts Around(long from, long to);

    /// <summary>The period's error budget now.</summary>
    ErrorBudget Budget();

    /// <summary>Every calendar period that is over, oldest first. A rolling period never is.</summary>
    IEnumerable<FinishedPeriod> Finished();

    /// <summary>The mark of a deployment, set when it is first asked for.</summary>
    DeploymentMark Mark(Deployment deployment);

    /// <summary>Bad events in the newest steps that came since a mark.</summary>
    double BadSince(DeploymentMark mark, long steps);

    /// <summary>How many single bad events the newest steps' ratio rests on, or that of those since a mark: a minimum is asked of them.</summary>
    /// <param name="window">The counts of those steps.</param>
    /// <param name="since">The mark since which bad events count in them; <see langword="null"/> for all.</param>
    double BadEvents(in WindowCounts window, DeploymentMark? since);

    /// <summary>All counts since a mark.</summary>
    WindowCounts Since(DeploymentMark mark);

    /// <summary>What the newest steps spent of the whole period's budget, in its events.</summary>
    double SpentIn(long steps);

    /// <summary>What was spent of the whole period's budget since a mark, in its events.</summary>
    double SpentSince(DeploymentMark mark);

    /// <summary>Bad events before a deployment, from a step on.</summary>
    double BadBefore(DeploymentMark mark, long from);

    /// <summary>
    /// The first step of the run of errors that is open before a boundary, looked for back to another; <see langword="null"/>
    /// where none is (SEMANTICS §5).
    /// </summary>
    /// <param name="limit">The ratio above which bad events make a run grow: <c>above × (1 - target)</c>.</param>
    /// <param name="from">The oldest boundary.</param>
    /// <param name="to">The boundary before which the run is open.</param>
    long? ErrorsBegan(ExactFactor limit, long from, long to);
}
