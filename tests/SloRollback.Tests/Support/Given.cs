namespace SloRollback.Tests.Support;

/// <summary>The things that most tests need, with the values that most tests need.</summary>
internal static class Given
{
    public static readonly Duration Minute = Duration.FromMinutes(1);
    public static readonly Duration Hour = Duration.FromHours(1);
    public static readonly Duration Month = Duration.FromDays(30);

    /// <summary>A whole number of buckets of every resolution, so that edges can be chosen.</summary>
    public const long Step0 = 29_520_000;

    public static readonly Instant T0 = StepGrid.StartOf(Step0, Minute);
    public static readonly DeploymentTarget Target = new() { Provider = "fake", Workload = "shop/checkout" };
    public static readonly ServiceId Service = new("checkout", "production");
    public static readonly ObjectiveKey Objective = new(Service, "availability");
    public static readonly RuleKey Rule = new(Objective, "bad-release");

    public static Instant At(double minutes) => T0 + Duration.FromMinutes(minutes);

    public static Revision Revision(string name) => new() { Id = "sha-" + name, Name = name };

    public static ObjectiveTarget Slo(decimal percent) => new(percent / 100);

    /// <summary>A deployment that starts so many minutes after T0 and rolls out for two; <c>NaN</c> goes on.</summary>
    public static Deployment Deployment(string revision, double start, double length = 2) => new()
    {
        Target = Target,
        WorkloadUid = "uid",
        Revision = Revision(revision),
        StartedAt = At(start),
        EndedAt = double.IsNaN(length) ? null : At(start + length),
        Outcome = double.IsNaN(length) ? DeploymentOutcome.InProgress : DeploymentOutcome.Completed,
    };

    public static PolicyRule PageRule(RollbackMode mode = RollbackMode.Automatic, decimal percent = 99.9m) => new()
    {
        Id = Rule.Rule,
        When = BurnRatePairs.Create("page", Slo(percent), Month, sinceDeployment: true)!,
        Rollback = new RollbackAction { Target = Target, Mode = mode },
    };

    public static BurnRateCondition Burn(Duration lookback, decimal above, bool sinceDeployment = false) =>
        new() { Lookback = lookback, Above = above, SinceDeployment = sinceDeployment };

    public static MultiWindowBurnRateCondition Burn(Duration lookback, Duration recent, decimal above, bool sinceDeployment = false) =>
        new() { Long = lookback, Short = recent, Above = above, SinceDeployment = sinceDeployment };

    public static SliStep Measured(double bad, double valid, bool isRecovered = false) =>
        valid > 0 ? new SliStep(StepState.Measured, bad, valid, isRecovered) : new SliStep(StepState.NoTraffic);

    public static readonly SliStep Unmeasured = new(StepState.Unmeasured);

    /// <summary>An objective that counts events.</summary>
    public static Objective Events(decimal percent = 99, CompliancePeriod? period = null) => new()
    {
        Id = Objective.Objective,
        Target = Slo(percent),
        Period = period ?? CompliancePeriod.Rolling(Month),
        Indicator = new EventRatioIndicator { Bad = "bad", Valid = "valid" },
    };

    public static ObjectiveTerms Terms(Objective? objective = null, Duration? step = null) =>
        new(objective ?? Events(), new EngineSettings { Step = step ?? Minute }, DateTimeZoneProviders.Tzdb);

    public static ObjectiveTracker Tracker(Objective objective, Duration? step = null)
    {
        var terms = Terms(objective, step);
        return new ObjectiveTracker(terms, TrackerLayout.Create(terms.Step, objective.Period.LongestLength, new EngineSettings()));
    }

    public static ObjectiveTracker Tracker(Duration? period = null, Duration? step = null, decimal percent = 99) =>
        Tracker(Events(percent, CompliancePeriod.Rolling(period ?? Month)), step);

    /// <summary>The verdict of a condition at the newest step.</summary>
    public static Judgement Judge(this ObjectiveTracker tracker, Condition condition, Deployment? since = null, PolicyRule? rule = null) =>
        Node(tracker, condition, rule).Judge(new EvaluatedObjective(tracker, since, since is null ? null : tracker.Mark(since)));

    /// <summary>The same with its figures.</summary>
    public static ConditionResult Explain(this ObjectiveTracker tracker, Condition condition, Deployment? since = null, PolicyRule? rule = null) =>
        Node(tracker, condition, rule).Explain(new EvaluatedObjective(tracker, since, since is null ? null : tracker.Mark(since)));

    /// <summary>Repeats one step.</summary>
    public static void Fill(this ObjectiveTracker tracker, long first, int count, SliStep step)
    {
        for (var i = 0; i < count; i++) tracker.Record(first + i, step);
    }

    private static ConditionNode Node(ObjectiveTracker tracker, Condition condition, PolicyRule? rule) =>
        ConditionCompiler.Compile((rule ?? PageRule()) with { When = condition }, tracker.Terms).Node;
}
