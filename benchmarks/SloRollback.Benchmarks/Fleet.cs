using System.Collections.Immutable;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Evaluation;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Benchmarks;

/// <summary>Objectives that page and write tickets (8 look-backs), with a whole period of steps behind them.</summary>
internal sealed class Fleet
{
    private static readonly ObjectiveTarget Target = new(0.999m);
    private readonly byte[] history;

    private Fleet(int objectives, int days, byte[] history)
    {
        this.history = history;
        State = new EngineState(new EngineSettings(), [Service(objectives, days)]);
        Steps = days * 24 * 60;
        Input = new EngineInput([], new Dictionary<DeploymentTarget, TargetHistory>(), GuardState.Empty, default, new HashSet<RollbackId>());
        Output = new OutputBuilder(State, Input);
        foreach (var objective in State.Objectives)
        {
            if (ObjectiveSnapshot.Load(objective, history) is { } refusal)
                throw new InvalidOperationException(refusal);
        }
    }

    public Fleet(int objectives, int days, bool withGaps = false)
        : this(objectives, days, History(days, withGaps))
    {
    }

    public EngineState State { get; }

    /// <summary>Steps of the period.</summary>
    public long Steps { get; }

    public EngineInput Input { get; }

    public OutputBuilder Output { get; }

    public int SnapshotLength => history.Length;

    /// <summary>Some traffic, some errors: the same at every minute of a day.</summary>
    public static SliCell Cell(long step) => new(StepState.Measured, step % 7 == 0 ? 1 : 0, 500 + (step % 60));

    /// <summary>One objective's new step: counted, judged, and its figures taken.</summary>
    public double Step(ObjectiveState objective)
    {
        var step = objective.Counts.Next;
        StepIntake.Record(objective, step, Cell(step), objective.Outcome);
        RuleEvaluation.Evaluate(State, objective, Input, Output);
        return Figures(objective);
    }

    /// <summary>Another fleet with the same history behind every objective.</summary>
    public Fleet Another(int objectives) => new(objectives, (int)(Steps / (24 * 60)), history);

    private static byte[] History(int days, bool withGaps)
    {
        var one = new EngineState(new EngineSettings(), [Service(1, days)]);
        for (var step = 0L; step < days * 24 * 60; step++)
            StepIntake.Record(one.Objectives[0], step, withGaps ? Gappy(step) : Cell(step), SliOutcome.Read(null));
        return ObjectiveSnapshot.Save(one.Objectives[0]);
    }

    // What a status shows, as numbers.
    private static double Figures(ObjectiveState objective)
    {
        var budget = objective.Counts.Budget();
        var sum = budget.Remaining + budget.Sli ?? 0;
        foreach (var steps in objective.Lookbacks)
        {
            var window = objective.Counts.Last(steps);
            sum += window.EffectiveValid is > 0 and var valid ? window.Bad / objective.Terms.Allowed.Times(valid) : 0;
        }

        return sum;
    }

    private static SliCell Gappy(long step) => (step % 97) switch
    {
        0 => new SliCell(StepState.Unmeasured, 0, 0),
        1 => new SliCell(StepState.Missing, 0, 0),
        2 => new SliCell(StepState.Excluded, 0, 0),
        _ => Cell(step),
    };

    private static MonitoredService Service(int objectives, int days)
    {
        var length = Duration.FromDays(days);
        ImmutableArray<PolicyRule> rules =
        [
            new() { Id = "page", When = BurnRatePairs.Create("page", Target, length, sinceDeployment: false)! },
            new() { Id = "ticket", When = BurnRatePairs.Create("ticket", Target, length, sinceDeployment: false)! },
        ];
        return new MonitoredService
        {
            Id = new ServiceId("checkout", "production"),
            Objectives =
            [
                .. Enumerable.Range(0, objectives).Select(i => new Objective
                {
                    Id = $"o{i}",
                    Target = Target,
                    Period = CompliancePeriod.Rolling(length),
                    Indicator = new EventRatioIndicator { Bad = "bad", Valid = "valid" },
                    Rules = rules,
                }),
            ],
        };
    }
}
