namespace SloRollback.Tests.Support;

/// <summary>Random inputs of a decision: mostly plausible, so that every branch is met, and now and then absurd.</summary>
internal static class Weird
{
    private static readonly string[] Names = ["v1", "v2", "v3", "v4"];
    private static readonly IsoDayOfWeek[] Week = [.. Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None)];

    public static Instant Time(Dice dice) => dice.Below(60) switch
    {
        0 => Instant.MinValue,
        1 => Instant.MaxValue,
        2 => default,
        _ => Given.At(dice.Between(-300, 120)),
    };

    public static Duration Length(Dice dice) => dice.Below(60) switch
    {
        0 => Duration.MinValue,
        1 => Duration.MaxValue,
        2 => Duration.Zero,
        3 => -Given.Hour,
        _ => Duration.FromMinutes(dice.Of(1, 5, 15, 30, 60, 360, 1440)),
    };

    public static CompliancePeriod Period(Dice dice) => dice.Chance(0.5) ? CalendarPeriod(dice) : CompliancePeriod.Rolling(dice.Between(1, 366));

    public static CalendarPeriod CalendarPeriod(Dice dice) => (CalendarPeriod)(dice.Below(4) switch
    {
        0 => CompliancePeriod.Week(Zone(dice), dice.Of(Week)),
        1 => CompliancePeriod.Month(Zone(dice), dice.Between(1, 31)),
        2 => CompliancePeriod.Quarter(Zone(dice), dice.Between(1, 12), dice.Between(1, 31)),
        _ => CompliancePeriod.Year(Zone(dice), dice.Between(1, 12), dice.Between(1, 31)),
    });

    /// <summary>A downtime that is near an instant or, when it recurs, at least possible there.</summary>
    public static Downtime Downtime(Dice dice, Instant near)
    {
        var id = dice.Of("backup", "move");
        var reason = dice.Of("", "why \"not\" <b>ü</b>\n");
        Instant Some() => near + Duration.FromMinutes(dice.Between(-20_000, 20_000));
        if (dice.Chance(0.3))
        {
            var start = Some();
            return new OneOffDowntime { Id = id, Reason = reason, Start = start, End = start + Duration.FromMinutes(dice.Between(-10, 3000)) };
        }

        return new RecurringDowntime
        {
            Id = id,
            Reason = reason,
            DaysOfWeek = dice.Chance(0.4) ? dice.Some(3, _ => dice.Of(Week)) : [],
            DaysOfMonth = dice.Chance(0.4) ? dice.Some(4, _ => dice.Chance(0.5) ? dice.Between(1, 31) : dice.Between(28, 31)) : [],
            TimeOfDay = dice.Chance(0.7) ? new LocalTime(dice.Below(4), dice.Of(0, 1, 30, 59)) : LocalTime.FromNanosecondsSinceMidnight(dice.Below(86_400) * 1_000_000_000L + dice.Below(1_000_000_000)),
            Length = dice.Chance(0.8) ? Duration.FromMinutes(dice.Between(1, 200)) : Duration.FromMinutes(dice.Between(1, 7 * 1440)),
            Zone = Zone(dice),
            From = dice.Maybe(0.2, Some),
            Until = dice.Maybe(0.2, Some),
        };
    }

    public static BudgetReset Reset(Dice dice) => new() { Id = "reset", At = Time(dice), Reason = dice.Of("", "an outage of ours\u0001\""), By = "ü" };

    public static Annotation Annotation(Dice dice) => new() { Id = "note", Start = Time(dice), End = dice.Maybe(0.5, () => Time(dice)), Text = dice.Of("", "load \"test\"") };

    // Any zone, and often one whose clocks do what surprises most.
    private static string Zone(Dice dice) => dice.Chance(0.3)
        ? dice.Of(NaiveCalendar.Zones.AsSpan()).Id
        : dice.Of("UTC", "Europe/Berlin", "America/Sao_Paulo", "Africa/Cairo", "America/St_Johns", "Pacific/Apia", "Pacific/Kwajalein", "Australia/Lord_Howe", "Antarctica/Troll");

    private static double Count(Dice dice) => dice.Below(30) switch
    {
        0 => 0,
        1 => double.MaxValue,
        2 => 0.1,
        _ => dice.Between(0, 5000),
    };

    public static Deployment Deployment(Dice dice)
    {
        var start = Time(dice);
        return Given.Deployment(dice.Of(Names), 0) with
        {
            StartedAt = start,
            EndedAt = dice.Below(40) == 0 ? Time(dice) : start > Given.At(1000) || dice.Chance(0.1) ? null : start + Duration.FromMinutes(dice.Between(0, 20)),
            Outcome = dice.Of(DeploymentOutcome.Completed, DeploymentOutcome.Completed, DeploymentOutcome.GivenUp, DeploymentOutcome.Superseded, (DeploymentOutcome)77),
            IsRollback = dice.Chance(0.1),
            IsRollbackUnsafe = dice.Chance(0.1),
        };
    }

    public static RollbackRecord Record(Dice dice, ImmutableArray<Deployment> deployments)
    {
        var of = deployments.IsEmpty || dice.Chance(0.2) ? Deployment(dice) : dice.Of(deployments.AsSpan());
        return new RollbackRecord
        {
            Id = RollbackId.Of(of.Id),
            Version = dice.Below(5),
            State = dice.Of(Enum.GetValues<RollbackState>()),
            Target = dice.Chance(0.8) ? Given.Target : Given.Target with { Workload = "shop/search" },
            Deployment = of.Id,
            From = of.Revision,
            To = Given.Revision(dice.Of(Names)),
            PassedOver = dice.Chance(0.2) ? [Given.Revision(dice.Of(Names))] : [],
            Mode = dice.Of(Enum.GetValues<RollbackMode>()),
            Claims = dice.Some(2, _ => new RollbackClaim { Rule = Given.Rule, MaximumErrorRatio = 0.0144m, MinimumValid = 100 }),
            ProposedAt = Time(dice),
            ExecutingAt = dice.Chance(0.7) ? Time(dice) : null,
            AppliedAt = dice.Chance(0.5) ? Time(dice) : null,
            CompletedAt = dice.Chance(0.5) ? Time(dice) : null,
            FinishedAt = dice.Chance(0.5) ? Time(dice) : null,
            IsRefused = dice.Chance(0.2),
            Detail = dice.Of("", "why \"not\" <b>ü</b>\n"),
        };
    }

    public static ConditionResult Result(Dice dice, int depth = 0)
    {
        var kind = dice.Below(depth > 2 ? 3 : 5);
        var parts = kind >= 3 ? dice.Some(3, _ => Result(dice, depth + 1)) : [];
        var windows = kind < 2
            ? dice.Some(2, _ => new WindowReading { Lookback = Length(dice), Bad = Count(dice), Valid = Count(dice), Coverage = 0.5, BurnRate = dice.Maybe(0.8, () => Count(dice)), Above = dice.Maybe(0.8, () => 14.4m) })
            : [];
        return new ConditionResult
        {
            Condition = kind switch
            {
                0 => Given.Burn(Length(dice), 14.4m, dice.Chance(0.5)),
                1 => Given.Burn(Length(dice), Length(dice), 6m, dice.Chance(0.5)),
                2 => new BudgetConsumedSinceDeploymentCondition { Above = 0.01m },
                3 => new AllCondition { Conditions = [.. parts.Select(p => p.Condition)] },
                _ => new AnyCondition { Conditions = [.. parts.Select(p => p.Condition)] },
            },
            Verdict = depth == 0 && dice.Chance(0.7) ? Verdict.Breached : dice.Of(Verdict.Unknown, Verdict.NotBreached, Verdict.Breached, (Verdict)9),
            Reason = dice.Chance(0.8) ? UnknownReason.None : dice.Of(Enum.GetValues<UnknownReason>()),
            Windows = windows,
            BudgetShare = kind == 2 ? dice.Maybe(0.8, () => Count(dice)) : null,
            Parts = parts,
        };
    }

    public static Indicator Indicator(Dice dice) => dice.Below(8) switch
    {
        0 => new LatencyIndicator { Histogram = "seconds{route=\"/pay\"}", Threshold = Length(dice), Source = "thanos" },
        1 => new GaugeIndicator { Gauge = "queue_length < ü" },
        2 => new CompositeIndicator { Kind = dice.Of(Enum.GetValues<CompositeKind>()), Members = dice.Some(4, _ => Member(dice)) },
        3 => new EventRatioIndicator { Good = "good", Valid = "all", Source = "prometheus" },
        _ => new EventRatioIndicator { Bad = "bad", Valid = "all" },
    };

    private static CompositeMember Member(Dice dice) => new()
    {
        Service = Given.Service with { Name = dice.Of("checkout", "search") },
        Objective = dice.Of("availability", "latency"),
        Weight = dice.Of(1, 33.33m, 0.000_000_1m, decimal.MaxValue),
    };

    public static TimeSlices Slices(Dice dice) => new()
    {
        Length = Length(dice),
        Operator = dice.Of(Enum.GetValues<ComparisonOperator>()),
        Threshold = dice.Of(0.99m, 0, -40.5m, decimal.MaxValue, 1e-28m),
        Consecutive = dice.Of(1, 3, 60, 0, int.MaxValue),
        Retroactive = dice.Chance(0.5),
        Missing = dice.Of(Enum.GetValues<MissingSlices>()),
    };

    public static DecisionInput Input(Dice dice)
    {
        ImmutableArray<Deployment> deployments = [.. dice.Some(5, _ => Deployment(dice)).OrderBy(d => d.StartedAt)];
        var condition = Result(dice);
        return new DecisionInput
        {
            EvaluatedAt = Time(dice),
            Key = Given.Rule,
            Rule = Given.PageRule() with { When = condition.Condition, MinimumBad = dice.Of(5, 0, -1, long.MaxValue), MinimumValid = dice.Of(100, 0, 1000) },
            Action = new RollbackAction
            {
                Target = Given.Target,
                Window = dice.Chance(0.5) ? default : new RollbackWindow(Duration.FromMinutes(dice.Between(1, 500))),
                Mode = dice.Of(RollbackMode.Automatic, RollbackMode.Approve, RollbackMode.Observe, RollbackMode.Automatic, (RollbackMode)5),
            },
            Target = Given.Slo(99.9m),
            Period = Period(dice),
            Indicator = Indicator(dice),
            Budgeting = dice.Of(BudgetingMethod.Occurrences, BudgetingMethod.Occurrences, BudgetingMethod.Timeslices, BudgetingMethod.RatioTimeslices),
            Slices = dice.Chance(0.6) ? null : Slices(dice),
            Settings = Settings(dice),
            Episode = Episode(dice, deployments),
            Condition = condition,
            Budget = new ErrorBudget { Bad = Count(dice), Valid = Count(dice), Total = Count(dice) + 1 },
            Deployments = deployments,
            Revisions = dice.Some(4, i => new RevisionRecord { RevisionId = "sha-" + Names[i], Served = Length(dice), Measured = Length(dice), Valid = Count(dice), IsAttributed = dice.Chance(0.2) }),
            Guards = new GuardState
            {
                Pauses = dice.Chance(0.1) ? [new Pause { By = "maintenance" }] : [],
                ResumedAt = dice.Chance(0.3) ? Time(dice) : null,
                Rollbacks = dice.Chance(0.5) ? [] : dice.Some(4, _ => Record(dice, deployments)),
                Unavailable = dice.Chance(0.05) ? "disk full" : null,
            },
            Blind = dice.Chance(0.9) ? UnknownReason.None : dice.Of(Enum.GetValues<UnknownReason>()),
            Plan = dice.Chance(0.5) ? null : new RollbackPlan { IsPossible = dice.Chance(0.7), Refusal = dice.Of(Enum.GetValues<HoldReason>()), Summary = "s" },
        };
    }

    private static EngineSettings Settings(Dice dice) => dice.Chance(0.7) ? new EngineSettings() : new EngineSettings
    {
        Cooldown = Length(dice),
        Quarantine = Length(dice),
        BakeTime = Length(dice),
        RateLimit = dice.Of(3, 1, 0, -1),
        RateLimitPeriod = Length(dice),
        MaximumRolloutAge = Length(dice),
    };

    private static Episode Episode(Dice dice, ImmutableArray<Deployment> deployments) => new()
    {
        Rule = Given.Rule,
        Deployment = deployments.IsEmpty ? null : dice.Of(deployments.AsSpan()).Id,
        Onset = Time(dice),
        ErrorsBegan = Time(dice),
        Above = 6,
        LongLookback = Length(dice),
        ShortLookback = Length(dice),
        LastVerdict = Time(dice),
        IsPredated = dice.Chance(0.1),
        Facts = [.. deployments.Where(_ => dice.Chance(0.9)).Select(d => new DeploymentFacts
        {
            Deployment = d.Id,
            BadBefore = dice.Of(0, 0, 0, 4, 5, 500),
            IsPresentLevel = dice.Chance(0.1),
            CoverageBefore = dice.Of(1, 1, 1, 0.8, 0.79, 0),
            BadSince = Count(dice),
            ValidSince = Count(dice),
        })],
    };
}
