using System.Collections.Immutable;

namespace SloRollback.Sample.Scenarios;

/// <summary>What happened, in order, and how the error budget went along with it. Thread-safe.</summary>
internal sealed class Story(TimeProvider time)
{
    private readonly long started = time.GetTimestamp();
    private ImmutableArray<Moment> moments = [];
    private ImmutableArray<BudgetSample> samples = [];
    private ImmutableArray<string> evidence = [];

    public TimeSpan Elapsed => time.GetElapsedTime(started);

    public ImmutableArray<Moment> Moments => moments;

    public ImmutableArray<BudgetSample> Samples => samples;

    /// <summary>The ids of the evidence that the engine named, in order.</summary>
    public ImmutableArray<string> Evidence => evidence;

    public void Tell(string label, string text) =>
        ImmutableInterlocked.Update(ref moments, (all, next) => all.Add(next), new Moment(Elapsed, label, text));

    public void Prove(string evidenceId)
    {
        if (evidenceId.Length > 0)
            ImmutableInterlocked.Update(ref evidence, (all, next) => all.Contains(next) ? all : all.Add(next), evidenceId);
    }

    public void Sample(double remaining) =>
        ImmutableInterlocked.Update(ref samples, (all, next) => all.Add(next), new BudgetSample(Elapsed, remaining));
}

/// <summary>Something that happened; without a label it is not marked in the picture.</summary>
internal sealed record Moment(TimeSpan At, string Label, string Text);

/// <summary>The share of the error budget that was left.</summary>
internal readonly record struct BudgetSample(TimeSpan At, double Remaining);
