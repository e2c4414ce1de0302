using System.Collections.Immutable;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Services;

namespace SloRollback.Evaluation;

/// <summary>What is kept of an objective between evaluations.</summary>
internal sealed class ObjectiveState
{
    public ObjectiveState(MonitoredService service, Objective objective, EngineSettings settings)
    {
        Service = service;
        Objective = objective;
        Key = new ObjectiveKey(service.Id, objective.Id);
        Tracker = new ObjectiveTracker(settings.Step, ((RollingPeriod)objective.Period).Length);
        Reader = StepReader.Create(objective, ObjectiveTracker.FineCapacity);
        Rules = [.. objective.Rules.Select(rule => new RuleState(new RuleKey(Key, rule.Id), rule))];
        ImmutableArray<BurnWindows> windows = [.. objective.Rules.SelectMany(rule => BurnWindows.Of(rule.When))];
        Runs = [.. windows.Select(w => w.Above).Distinct().Select(above => new ErrorRun(above, objective.Target))];
        Lookbacks = [.. windows.SelectMany(w => new[] { w.Long, w.Short }).Distinct().OrderDescending()];
    }

    public MonitoredService Service { get; }

    public Objective Objective { get; }

    public ObjectiveKey Key { get; }

    public ObjectiveTracker Tracker { get; }

    public StepReader Reader { get; }

    public ImmutableArray<RuleState> Rules { get; }

    /// <summary>One run of errors per factor that a rule uses.</summary>
    public ImmutableArray<ErrorRun> Runs { get; }

    /// <summary>The look-backs that the rules use.</summary>
    public ImmutableArray<Duration> Lookbacks { get; }

    /// <summary>How the last read went.</summary>
    public SliOutcome Outcome { get; set; } = SliOutcome.Read(null);

    public bool IsClockSkewed { get; set; }

    /// <summary>Evaluations in a row that saw nothing.</summary>
    public int BlindEvaluations { get; set; }
}
