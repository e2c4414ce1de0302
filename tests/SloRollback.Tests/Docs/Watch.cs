namespace SloRollback.Tests.Docs;

/// <summary>A tracker that is fed step by step, and conditions that are judged at each.</summary>
internal sealed class Watch(ObjectiveTracker tracker, int before = 0, SliStep quiet = default)
{
    private readonly List<(ConditionNode Node, ForClocks Clocks, Deployment? Since, List<ConditionResult> Results)> conditions = [];

    public ObjectiveTracker Tracker { get; } = tracker;

    /// <summary>Results of a condition at each step; ask before the steps are fed.</summary>
    public IReadOnlyList<ConditionResult> On(Condition condition, Deployment? since = null, PolicyRule? rule = null)
    {
        var (node, clocks) = ConditionCompiler.Compile((rule ?? new PolicyRule { Id = "rule", When = condition }) with { When = condition }, Tracker.Terms);
        var results = new List<ConditionResult>();
        conditions.Add((node, new ForClocks(clocks), since, results));
        return results;
    }

    /// <summary>Feeds steps from T0 on, after so many quiet ones, and reads something at each.</summary>
    public List<T> Feed<T>(int count, Func<int, SliStep> step, Func<ObjectiveTracker, T> read)
    {
        var values = new List<T>();
        var first = StepGrid.IndexOf(Given.T0, Tracker.Terms.Step);
        Tracker.Fill(first - before, before, quiet);
        for (var i = 0; i < count; i++)
        {
            Tracker.Record(first + i, step(i));
            foreach (var (node, clocks, since, results) in conditions)
                results.Add(node.Explain(new EvaluatedObjective(Tracker, since, since is null ? null : Tracker.Mark(since), clocks)));
            values.Add(read(Tracker));
        }

        return values;
    }

    public void Feed(int count, Func<int, SliStep> step) => Feed(count, step, _ => 0);
}
