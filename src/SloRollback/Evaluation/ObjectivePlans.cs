using System.Collections.Immutable;
using NodaTime;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Policies.Judging;

namespace SloRollback.Evaluation;

/// <summary>
/// What objectives with equal definitions share: terms, sizes, compiled conditions. A hundred thousand objectives have a handful of
/// them, and the processor's cache has room for a handful. Used while the engine's state is made.
/// </summary>
internal sealed class ObjectivePlans(EngineSettings settings, IDateTimeZoneProvider zones)
{
    private readonly Dictionary<(ObjectiveTarget Target, CompliancePeriod Period, Duration Step, bool IsSliced), (ObjectiveTerms, TrackerLayout)> terms = [];
    private readonly Dictionary<(Condition Condition, long MinimumValid, long MinimumBad, ObjectiveTerms Terms), (ConditionNode, int)> conditions = [];
    private readonly Dictionary<string, ImmutableArray<long>> lookbacks = [];

    public EngineSettings Settings => settings;

    public IDateTimeZoneProvider Zones => zones;

    /// <summary>The terms of an objective, and how many boundaries its tracker keeps.</summary>
    public (ObjectiveTerms Terms, TrackerLayout Layout) Terms(Objective objective, ObjectiveTerms? member = null)
    {
        var own = new ObjectiveTerms(objective, settings, zones, member);
        var key = (own.Target, own.Period, own.Step, own.IsSliced);
        if (own.Resets.IsEmpty && terms.TryGetValue(key, out var known))
            return known;

        var made = (own, TrackerLayout.Create(own.Step, objective.Period.LongestLength, settings));
        if (own.Resets.IsEmpty)
            terms.Add(key, made);
        return made;
    }

    /// <summary>A rule's condition, ready to be judged, and how many clocks it needs.</summary>
    public (ConditionNode Node, int Clocks) Condition(PolicyRule rule, ObjectiveTerms of)
    {
        var key = (rule.When, rule.MinimumValid, rule.MinimumBad, of);
        if (!conditions.TryGetValue(key, out var compiled))
            conditions.Add(key, compiled = ConditionCompiler.Compile(rule, of));
        return compiled;
    }

    /// <summary>The look-backs that an objective's rules use, in steps, the longest first.</summary>
    public ImmutableArray<long> Lookbacks(Objective objective, ObjectiveTerms of)
    {
        ImmutableArray<long> own =
        [
            .. objective.Rules.SelectMany(rule => BurnWindows.Of(rule.When, objective.Target))
                .SelectMany(w => new[] { w.Long, w.Short }).Select(of.StepsIn).Distinct().OrderDescending(),
        ];
        var key = string.Join(',', own);
        if (!lookbacks.TryGetValue(key, out var known))
            lookbacks.Add(key, known = own);
        return known;
    }
}
