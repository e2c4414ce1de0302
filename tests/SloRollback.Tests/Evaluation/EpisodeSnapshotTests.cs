namespace SloRollback.Tests.Evaluation;

/// <summary>An engine that was stopped in the middle of anything goes on as the one that never stopped.</summary>
public sealed class EpisodeSnapshotTests
{
    private const int Last = 240;

    private static PolicyRule[] Rules() =>
    [
        Given.PageRule(),
        Given.PageRule() with { Id = "slow", When = new ForCondition { Condition = Given.Burn(Given.Hour, 2), Duration = Duration.FromMinutes(10) } },
        Given.PageRule() with { Id = "told", Rollback = null, When = Given.Burn(Duration.FromMinutes(10), 3) },
    ];

    // Stretches of ten minutes: well, bad, unseen.
    private static Func<int, SliCell> Script(int seed) => step => new Dice(seed + (int)Math.Floor(step / 10.0)).Below(6) switch
    {
        0 or 1 when step >= 0 => Flow.Cell(50),
        2 when step >= 0 => Flow.Cell(2),
        3 when step >= 60 => new SliCell(StepState.Unmeasured, 0, 0),
        _ => Flow.Cell(0),
    };

    private static Flow Begin(int seed, bool isPaused, params PolicyRule[] rules)
    {
        var flow = new Flow(Script(seed), rules);
        flow.Deployments.Add(Given.Deployment("v2", 0));
        flow.Deployments.Add(Given.Deployment("v3", 45));
        if (isPaused)
            flow.Guards = new GuardState { Pauses = [new Pause { By = "drill" }] };
        return flow;
    }

    private static (byte[] Counts, string Episodes) Save(Flow flow, int objective = 0) =>
        (ObjectiveSnapshot.Save(flow.State.Objectives[objective]), EpisodeSnapshot.Save(flow.State.Objectives[objective]));

    private static string Told(Flow flow, Instant after) => string.Join(
        '\n',
        flow.Decisions.Where(d => d.Input.EvaluatedAt > after)
            .Select(d => $"{d.Previous?.Text}\n{EvidenceFactory.Create(d.Input, d.Decision).ToJson()}").Order(StringComparer.Ordinal)
            .Concat(flow.Episodes.Where(e => (e.EndedAt ?? e.Onset) > after).Select(e => $"{e.Rule} {e.Deployment} {e.Onset} {e.EndedAt} {e.End}").Order(StringComparer.Ordinal)));

    [DiceProperty(MaxTest = 60)]
    public void Stopped_at_any_step_it_decides_as_the_one_that_never_stopped(Dice dice)
    {
        // Down for some steps, during which the one that never stopped was not evaluated either.
        var (seed, isPaused, stop, down) = (dice.Below(1_000_000), dice.Chance(0.5), dice.Between(1, Last - 20), dice.Below(6));
        var whole = Begin(seed, isPaused, Rules()).Through(-1, stop).Through(stop + 1 + down, Last);
        var before = Begin(seed, isPaused, Rules()).Through(-1, stop);
        var after = Begin(seed, isPaused, Rules());
        for (var i = 0; i < after.State.Objectives.Length; i++)
        {
            var (counts, episodes) = Save(before, i);
            Assert.Null(ObjectiveSnapshot.Load(after.State.Objectives[i], counts));
            Assert.Empty(EpisodeSnapshot.Load(after.State.Objectives[i], episodes));
            Assert.Equal(episodes, EpisodeSnapshot.Save(after.State.Objectives[i]));

            // Only what is new is read.
            var newest = Given.Step0 + stop + 1 + down;
            Assert.Equal(before.State.FirstToRead(before.State.Objectives[i], newest), after.State.FirstToRead(after.State.Objectives[i], newest));
        }

        after.Through(stop + 1 + down, Last);

        // The end of the newest step that was evaluated.
        var stopped = Given.At(stop + 1);
        Assert.Equal(Told(whole, stopped), Told(after, stopped));
        for (var i = 0; i < after.State.Objectives.Length; i++)
            Assert.Equal(EpisodeSnapshot.Save(whole.State.Objectives[i]), EpisodeSnapshot.Save(after.State.Objectives[i]));
    }

    [Fact]
    public void An_open_episode_keeps_its_onset_and_is_not_begun_a_second_time()
    {
        static Flow New() => new(step => Flow.Cell(step >= 0 ? 50 : 0), Given.PageRule()) { Deployments = { Given.Deployment("v2", 0) } };
        var before = New().Through(-1, 10);
        var onset = Assert.Single(before.Episodes).Onset;
        var (counts, episodes) = Save(before);

        var after = New();
        Assert.Null(ObjectiveSnapshot.Load(after.State.Objectives[0], counts));
        Assert.Empty(EpisodeSnapshot.Load(after.State.Objectives[0], episodes));
        after.Through(11, 20);
        Assert.Empty(after.Episodes);
        Assert.Empty(after.Decisions);
        Assert.Equal(onset, Assert.Single(after.State.Objectives[0].Rules[0].Open.Values).Episode.Onset);
        Assert.Equal(before.State.Objectives[0].Rules[0].LastDecision!.Text, after.State.Objectives[0].Rules[0].LastDecision!.Text);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_the_reason_and_changes_nothing()
    {
        var (counts, episodes) = Save(Begin(1, false, Rules()).Through(-1, 30));
        var fresh = Begin(1, false, Rules()).State.Objectives[0];
        Assert.Contains("not of the same moment", Assert.Single(EpisodeSnapshot.Load(fresh, episodes)), StringComparison.Ordinal);

        Assert.Null(ObjectiveSnapshot.Load(fresh, counts));
        Assert.Contains("damaged", Assert.Single(EpisodeSnapshot.Load(fresh, episodes[..(episodes.Length / 2)])), StringComparison.Ordinal);
        Assert.NotEmpty(EpisodeSnapshot.Load(fresh, "{}"));
        Assert.NotEmpty(EpisodeSnapshot.Load(fresh, "null"));
        Assert.Equal(long.MinValue, fresh.Evaluated);
    }

    [Fact]
    public void A_rule_that_was_changed_begins_anew()
    {
        var (counts, episodes) = Save(Begin(1, false, Rules()).Through(-1, 30));
        var rules = Rules();
        rules[0] = rules[0] with { MinimumValid = rules[0].MinimumValid + 1 };
        var changed = Begin(1, false, rules).State.Objectives[0];
        Assert.Null(ObjectiveSnapshot.Load(changed, counts));
        Assert.Equal("the rule bad-release was changed", Assert.Single(EpisodeSnapshot.Load(changed, episodes)));
        Assert.Equal(changed.Counts.Next, changed.Evaluated);
    }
}
