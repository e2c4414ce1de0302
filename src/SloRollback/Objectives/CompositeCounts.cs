using System.Collections.Immutable;
using SloRollback.Budgets;
using SloRollback.Deployments;
using SloRollback.Indicators;

namespace SloRollback.Objectives;

/// <summary>
/// A composite of weighted members, or of the worst one: made of its members' counts whenever it is asked, it keeps none of its own
/// (SEMANTICS §4). Its error ratio is the members' weighted mean, or their highest; burn rates and budget follow with the composite's
/// own target. Counts are stated in the members' events together, so that minimums of events mean what they say.
/// </summary>
internal sealed class CompositeCounts(ObjectiveTerms terms, CompositeKind kind, ImmutableArray<CompositePart> parts) : IObjectiveCounts
{
    public ObjectiveTerms Terms => terms;

    public ImmutableArray<CompositePart> Parts => parts;

    public bool HasStarted => parts.All(p => p.Tracker.HasStarted);

    public long First => parts.Max(p => p.Tracker.First);

    public long Next => parts.Min(p => p.Tracker.Next);

    /// <summary>The worst of the members': one that cannot be seen makes the whole unknown.</summary>
    public StepState NewestState =>
        parts.Any(p => p.Tracker.NewestState == StepState.Unmeasured) ? StepState.Unmeasured
        : parts.Any(p => p.Tracker.NewestState == StepState.Inconsistent) ? StepState.Inconsistent
        : parts.Any(p => p.Tracker.NewestState == StepState.Measured) ? StepState.Measured
        : parts[0].Tracker.NewestState;

    public WindowCounts Last(long steps) => Between(Next - steps, Next);

    public WindowCounts Between(long from, long to) => Combine(p => p.Tracker.Between(from, to), (_, window) => window.Bad);

    public WindowCounts Around(long from, long to) => Combine(p => p.Tracker.Around(from, to), (_, window) => window.Bad);

    public ErrorBudget Budget() => Combine([.. parts.Select(p => p.Tracker.Budget(p.Resets))]);

    public IEnumerable<FinishedPeriod> Finished() => parts
        .SelectMany(p => p.Tracker.Finished(p.Resets))
        .GroupBy(f => (f.Start, f.End))
        .Where(period => period.Count() == parts.Length)
        .Select(period => period.First() with { Target = terms.Target, Budget = Combine([.. period.Select(f => f.Budget)]) })
        .OrderBy(f => f.Start);

    public DeploymentMark Mark(Deployment deployment)
    {
        ImmutableArray<DeploymentMark?> marks = [.. parts.Select(p => p.Target == deployment.Target ? p.Tracker.Mark(deployment) : null)];
        var own = marks.FirstOrDefault(m => m is not null) ?? parts[0].Tracker.Mark(deployment);
        return own.Of(marks);
    }

    public double BadSince(DeploymentMark mark, long steps) =>
        Combine(p => p.Tracker.Between(Next - steps, Next), (i, window) => mark.Parts[i] is { } part ? BadSince(parts[i].Tracker, part, window) : 0).Bad;

    public WindowCounts Since(DeploymentMark mark) =>
        Combine(p => p.Tracker.Between(mark.Since.Step, Next), (i, _) => mark.Parts[i] is { } part ? parts[i].Tracker.Since(part).Bad : 0);

    public double BadBefore(DeploymentMark mark, long from) =>
        parts.Select((p, i) => mark.Parts[i] is { } part ? p.Tracker.BadBefore(part, from) : 0).Sum();

    /// <summary>The earliest of the members' runs: where the composite's ratio is above the limit, so is a member's.</summary>
    public long? ErrorsBegan(ExactFactor limit, long from, long to) => parts.Min(p => p.Tracker.ErrorsBegan(limit, from, to));

    /// <summary>
    /// The share of the composite's spending since errors began that members on a target spent after its deployment (SEMANTICS §4).
    /// </summary>
    public double ShareOf(DeploymentMark mark, long began)
    {
        var since = Math.Max(began, mark.Since.Step);
        var budgets = parts.Select(p => p.Tracker.Budget(p.Resets)).ToArray();
        var all = parts.Select((p, i) => Spent(p.Tracker.Between(began, Next).Bad, i)).ToArray();
        var own = parts.Select((p, i) => mark.Parts[i] is null ? 0 : Spent(p.Tracker.Between(since, Next).Bad, i)).ToArray();
        var (part, whole) = kind == CompositeKind.Least ? (own.Max(), all.Max()) : (own.Sum(), all.Sum());
        return whole > 0 ? part / whole : 0;

        double Spent(double bad, int i) => budgets[i].Total > 0
            ? bad / budgets[i].Total * (double)parts[i].Tracker.Terms.Target.ErrorBudgetFraction * (kind == CompositeKind.Least ? 1 : parts[i].Weight)
            : 0;
    }

    private static double BadSince(ObjectiveTracker tracker, DeploymentMark mark, in WindowCounts window) =>
        Math.Min(tracker.Since(mark).Bad, window.Bad);

    private WindowCounts Combine(Func<CompositePart, WindowCounts> read, Func<int, WindowCounts, double> bad)
    {
        var windows = parts.Select(read).ToArray();
        var ratio = Ratio(i => windows[i].EffectiveValid > 0 ? bad(i, windows[i]) / windows[i].EffectiveValid : null);
        var combined = windows.MinBy(w => w.Coverage) with { Valid = windows.Sum(w => w.Valid) };
        return combined with { Bad = ratio * combined.EffectiveValid };
    }

    // What a member spends of its own whole budget, it spends in the ratio of the two targets of the composite's.
    private ErrorBudget Combine(ErrorBudget[] budgets)
    {
        var whole = budgets.Select((b, i) => b.Total / (double)parts[i].Tracker.Terms.Target.ErrorBudgetFraction).ToArray();
        var events = whole.Sum();
        var valid = budgets.Sum(b => b.Valid);
        return budgets[0] with
        {
            Bad = events * Ratio(i => whole[i] > 0 ? budgets[i].Bad / whole[i] : null),
            Forgiven = events * Ratio(i => whole[i] > 0 ? budgets[i].Forgiven / whole[i] : null),
            Valid = valid,
            Total = terms.Allowed.Times(events),
            TotalSoFar = terms.Allowed.Times(valid),
            TotalMinutes = budgets[0].TotalMinutes / (double)parts[0].Tracker.Terms.Target.ErrorBudgetFraction * (double)terms.Target.ErrorBudgetFraction,
            Coverage = budgets.Min(b => b.Coverage),
            Measured = budgets.Min(b => b.Measured),
            Sli = valid > 0 ? 1 - Ratio(i => 1 - budgets[i].Sli) : null,
        };
    }

    // A member about which nothing is known has no part in it.
    private double Ratio(Func<int, double?> of)
    {
        var (sum, weights, most) = (0.0, 0.0, 0.0);
        for (var i = 0; i < parts.Length; i++)
        {
            if (of(i) is not { } ratio)
                continue;

            sum += parts[i].Weight * ratio;
            weights += parts[i].Weight;
            most = Math.Max(most, ratio);
        }

        return kind == CompositeKind.Least ? most : weights > 0 ? sum / weights : 0;
    }
}
