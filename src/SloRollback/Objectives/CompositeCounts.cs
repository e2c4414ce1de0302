using System.Collections.Immutable;
using SloRollback.Budgets;
using SloRollback.Deployments;
using SloRollback.Indicators;

namespace SloRollback.Objectives;

/// <summary>
/// A composite of weighted members, or of the worst one: made of its members' counts whenever it is asked, it keeps none of its own
/// (SEMANTICS §4). Its error ratio is the members' weighted mean, or their highest; burn rates and budget follow with the composite's
/// own target. Counts are stated in the members' events together, and a minimum of bad ones is asked of <see cref="BadEvents"/>.
/// </summary>
internal sealed class CompositeCounts(ObjectiveTerms terms, CompositeKind kind, ImmutableArray<CompositePart> parts) : IObjectiveCounts
{
    public ObjectiveTerms Terms => terms;

    public ImmutableArray<CompositePart> Parts => parts;

    public bool HasStarted => parts.All(p => p.Tracker.HasStarted);

    public long First => parts.Max(p => p.Tracker.First);

    public long Next => parts.Min(p => p.Tracker.Next);

    /// <summary>The worst of the members': one that cannot be seen makes the whole unknown.</summary>
    public StepState NewestState
    {
        get
        {
            var newest = Next - 1;
            var states = parts.Select(p => p.Tracker.StateOf(newest)).ToArray();
            return states.Contains(StepState.Unmeasured) ? StepState.Unmeasured
                : states.Contains(StepState.Inconsistent) ? StepState.Inconsistent
                : states.Contains(StepState.Measured) ? StepState.Measured
                : states[0];
        }
    }

    public WindowCounts Last(long steps) => Between(Next - steps, Next);

    public WindowCounts Between(long from, long to) => Combine(p => p.Tracker.Between(from, to), (_, window) => window.Bad);

    public WindowCounts Around(long from, long to) => Combine(p => p.Tracker.Around(from, to), (_, window) => window.Bad);

    public ErrorBudget Budget() => Combine(Budgets());

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
        Combine(p => p.Tracker.Between(Next - steps, Next), (i, window) => Math.Min(BadSince(mark, i), window.Bad)).Bad;

    /// <summary>
    /// Of the worst member its own; of weighted ones the number that varies as much as their mean does,
    /// <c>(Σ weight × bad / valid)² / Σ (weight / valid)² × bad</c>: all of them when the members are alike, and 1 for the one request
    /// that failed where there were two, however many others had.
    /// </summary>
    public double BadEvents(in WindowCounts window, DeploymentMark? since)
    {
        var (mean, variance, most, worst) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < parts.Length; i++)
        {
            var own = parts[i].Tracker.Between(Next - window.Steps, Next);
            var bad = since is null ? own.Bad : Math.Min(BadSince(since, i), own.Bad);
            if (bad <= 0)
                continue;

            var weight = parts[i].Weight / own.EffectiveValid;
            (mean, variance) = (mean + (weight * bad), variance + (weight * weight * bad));
            if (bad / own.EffectiveValid > most)
                (most, worst) = (bad / own.EffectiveValid, bad);
        }

        return kind == CompositeKind.Least ? worst : variance > 0 ? mean * mean / variance : 0;
    }

    public WindowCounts Since(DeploymentMark mark) =>
        mark.Since.Step >= Next ? default : Combine(p => p.Tracker.Between(mark.Since.Step, Next), (i, _) => BadSince(mark, i));

    public double SpentIn(long steps)
    {
        var (next, whole) = (Next, Whole(Budgets()));
        return Spent(whole, i => parts[i].Tracker.Between(next - steps, next).Bad);
    }

    public double SpentSince(DeploymentMark mark) => Spent(Whole(Budgets()), i => BadSince(mark, i));

    public double BadBefore(DeploymentMark mark, long from) =>
        parts.Select((p, i) => mark.Parts[i] is { } part ? p.Tracker.BadBefore(part, from) : 0).Sum();

    /// <summary>The run of the composite's own ratio: a member that is always bad, and too light to matter, opens none.</summary>
    public long? ErrorsBegan(ExactFactor limit, long from, long to)
    {
        var (most, began) = (0.0, (long?)null);
        foreach (var boundary in HasStarted ? parts[0].Tracker.BoundariesBefore(to, Math.Max(from, First)) : [])
        {
            var stretch = Between(boundary, to);
            if (ErrorRun.Excess(stretch.Bad, limit.Times(stretch.EffectiveValid), most) is { } excess)
                (most, began) = (excess, boundary);
        }

        return began;
    }

    /// <summary>
    /// The share of the composite's spending since errors began that members on a target spent after its deployment (SEMANTICS §4).
    /// </summary>
    public double ShareOf(DeploymentMark mark, long began)
    {
        var since = Math.Max(began, mark.Since.Step);
        var whole = Whole(Budgets());
        var all = parts.Select((p, i) => Share(p.Tracker.Between(began, Next).Bad, i)).ToArray();
        var own = parts.Select((p, i) => mark.Parts[i] is null ? 0 : Share(p.Tracker.Between(since, Next).Bad, i)).ToArray();

        // The worst of a target's stands for it, and two targets that are as bad as each other spent half each.
        var (part, sum) = kind == CompositeKind.Least
            ? (own.Max(), all.Zip(parts).GroupBy(a => a.Second.Target ?? (object)a.Second, a => a.First).Sum(target => target.Max()))
            : (own.Sum(), all.Sum());
        return sum > 0 ? part / sum : 0;

        double Share(double bad, int i) => whole[i] > 0 ? bad / whole[i] * (kind == CompositeKind.Least ? 1 : parts[i].Weight) : 0;
    }

    // A member may be ahead of the others: what it counted since is not the composite's yet.
    private double BadSince(DeploymentMark mark, int i)
    {
        var tracker = parts[i].Tracker;
        return mark.Parts[i] is { } part ? Math.Max(0, tracker.Since(part).Bad - tracker.Between(Next, tracker.Next).Bad) : 0;
    }

    private ErrorBudget[] Budgets() => [.. parts.Select(p => p.Tracker.Budget(p.Resets))];

    // The events, or slices, that a member's whole budget is a share of.
    private double[] Whole(ErrorBudget[] budgets) =>
        [.. budgets.Select((b, i) => b.Total / (double)parts[i].Tracker.Terms.Target.ErrorBudgetFraction)];

    private double Spent(double[] whole, Func<int, double> bad) => whole.Sum() * Ratio(i => whole[i] > 0 ? bad(i) / whole[i] : null);

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
        var whole = Whole(budgets);
        var events = whole.Sum();
        var valid = budgets.Sum(b => b.Valid);
        return budgets[0] with
        {
            Bad = Spent(whole, i => budgets[i].Bad),
            Forgiven = Spent(whole, i => budgets[i].Forgiven),
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
