using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using SloRollback.Objectives;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Telemetry;

/// <summary>What the engine says of itself and of the objectives: the Meter <c>SloRollback</c>. Every tag has few values.</summary>
internal sealed class SloRollbackMetrics : IDisposable
{
    private readonly Meter meter;
    private readonly Histogram<double> duration;
    private readonly Counter<long> failures;
    private readonly Counter<long> decisions;
    private readonly Counter<long> rollbacks;
    private readonly ConcurrentDictionary<string, double> backFills = new(StringComparer.Ordinal);
    private EngineStatus status = new();
    private volatile int leads = -1;

    public SloRollbackMetrics(IMeterFactory? meters = null)
    {
        meter = meters?.Create("SloRollback") ?? new Meter("SloRollback");
        duration = meter.CreateHistogram("slorollback.evaluation.duration", "s", "Duration of an evaluation", advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
        });
        failures = meter.CreateCounter<long>("slorollback.evaluation.failures", "{evaluation}", "Evaluations that ended with an exception");
        decisions = meter.CreateCounter<long>("slorollback.decisions", "{decision}", "Decisions, counted when they are new or differ from the one before");
        rollbacks = meter.CreateCounter<long>("slorollback.rollbacks", "{transition}", "States that rollbacks entered");
        meter.CreateObservableGauge("slorollback.error_budget.remaining", ObserveBudget, "1", "Share of the period's error budget that is left");
        meter.CreateObservableGauge("slorollback.burn_rate", ObserveBurn, "1", "Burn rate over a look-back");
        meter.CreateObservableGauge("slorollback.backfill.progress", ObserveBackFill, "1", "Share of the history of a metric source's objectives that is filled in");
        meter.CreateObservableGauge("slorollback.lease.held", ObserveLease, "1", "1 while this replica leads, else 0; only with a lease");
        meter.CreateObservableGauge("slorollback.objective.measured", ObserveMeasured, "1", "1 while the objective can be read, else 0");
    }

    public void Evaluated(EngineStatus after, TimeSpan took)
    {
        Volatile.Write(ref status, after);
        duration.Record(took.TotalSeconds);
    }

    /// <summary>Nothing more is evaluated here.</summary>
    public void StandsBy() => Volatile.Write(ref status, new EngineStatus());

    public void Leads(bool isHeld) => leads = isHeld ? 1 : 0;

    public void BackFilled(string source, double progress) => backFills[source] = progress;

    public void EvaluationFailed() => failures.Add(1);

    public void Decided(DecisionInput input, RollbackDecision decision) => decisions.Add(
        1,
        new("slorollback.service", input.Key.Objective.Service.Name),
        new("slorollback.environment", input.Key.Objective.Service.Environment),
        new("slorollback.decision", decision.Kind.ToString()),
        new("slorollback.reason", decision.Headline.ToString()));

    public void Moved(RollbackRecord record) => rollbacks.Add(
        1,
        new("slorollback.provider", record.Target.Provider),
        new("slorollback.state", record.State.ToString()));

    public void Dispose() => meter.Dispose();

    private IEnumerable<Measurement<double>> ObserveBudget() =>
        Volatile.Read(ref status).Objectives.Select(o => new Measurement<double>(o.Budget.Remaining, Tags(o)));

    private IEnumerable<Measurement<double>> ObserveBackFill() =>
        backFills.Select(b => new Measurement<double>(b.Value, new KeyValuePair<string, object?>("slorollback.source", b.Key)));

    private IEnumerable<Measurement<int>> ObserveLease() => leads is >= 0 and var held ? [new Measurement<int>(held)] : [];

    private IEnumerable<Measurement<int>> ObserveMeasured() =>
        Volatile.Read(ref status).Objectives.Select(o => new Measurement<int>(o.Unmeasured == Indicators.UnmeasuredReason.None ? 1 : 0, Tags(o)));

    private IEnumerable<Measurement<double>> ObserveBurn() =>
        from objective in Volatile.Read(ref status).Objectives
        from burn in objective.BurnRates
        let rate = burn.BurnRate
        where rate is not null
        select new Measurement<double>(rate.Value, [.. Tags(objective), new("slorollback.lookback", HumanFormat.Length(burn.Lookback))]);

    private static KeyValuePair<string, object?>[] Tags(ObjectiveStatus objective) =>
    [
        new("slorollback.service", objective.Key.Service.Name),
        new("slorollback.environment", objective.Key.Service.Environment),
        new("slorollback.objective", objective.Key.Objective),
    ];
}
