namespace SloRollback.Tests.Policies;

/// <summary>The clock of <c>For</c>, as Prometheus' <c>for</c>: the first breached evaluation starts it at 0.</summary>
public sealed class ForTests
{
    private static readonly PolicyRule NoMinimum = Given.PageRule() with { MinimumBad = 0, MinimumValid = 0 };
    private readonly ObjectiveTracker tracker = Given.Tracker();

    // One step long: it says what the newest step is.
    private static ForCondition For(double minutes, Condition? part = null) =>
        new() { Condition = part ?? Given.Burn(Given.Minute, 1), Duration = Duration.FromMinutes(minutes) };

    private static SliStep Step(char letter) => letter switch
    {
        'B' => Given.Measured(10, 100),
        'U' => Given.Unmeasured,
        _ => Given.Measured(0, 100),
    };

    /// <summary>Records the steps of a script (B, U, N) and evaluates at each but those marked by a dot after the letter.</summary>
    private string Play(string script, ForCondition condition)
    {
        var (node, count) = ConditionCompiler.Compile(NoMinimum with { When = condition }, tracker.Terms);
        var clocks = new ForClocks(count);
        var said = "";
        for (var i = 0; i < script.Length; i++)
        {
            tracker.Record(tracker.HasStarted ? tracker.Next : Given.Step0, Step(script[i]));
            if (i + 1 < script.Length && script[i + 1] == '.')
            {
                i++;
                continue;
            }

            said += node.Judge(new EvaluatedObjective(tracker, Clocks: clocks)).Verdict.ToString()[0];
        }

        return said;
    }

    [Theory]
    [InlineData("NBBBBN", "NNNNBN")] // At 0, 1, 2 and 3 minutes.
    [InlineData("BBNBBB", "NNNNNN")] // Not breached sets it back.
    [InlineData("BBUBBBB", "NNUNBBB")] // The unknown minute does not count: 0, 1, -, 2, 3.
    [InlineData("UUUBBBB", "UUUNNNB")] // Nothing to pause.
    [InlineData("BUUUUUBBB", "NUUUUUNNB")] // However long the pause.
    [InlineData("BBBBUBNB", "NNNBUBNN")] // After the pause it is breached at once.
    [InlineData("BUNBBBB", "NUNNNNB")] // Not breached sets a paused clock back too.
    [InlineData("B.B.B.BB", "NN")] // Asked at the fourth and fifth step only: the clock starts when it is asked.
    [InlineData("BB.B.BBB", "NNNB")] // What nobody evaluated pauses it too: 0, -, -, 1, 2, 3.
    [InlineData("BN.N.BBB", "NNNB")]
    public void Three_minutes(string script, string expected) => Assert.Equal(expected, Play(script, For(3)));

    [Theory]
    [InlineData(0.5, "NB")]
    [InlineData(1, "NB")]
    [InlineData(1.1, "NNB")]
    [InlineData(1.5, "NNB")]
    [InlineData(2, "NNB")]
    [InlineData(2.4, "NNNB")]
    public void It_is_breached_once_the_duration_has_passed_and_never_before(double minutes, string expected) =>
        Assert.Equal(expected, Play(new string('B', expected.Length), For(minutes)));

    [Fact]
    public void Clocks_inside_each_other_run_on_their_own()
    {
        // The inner one is breached from its second minute on, the outer one 2 minutes later.
        Assert.Equal("NNNNBB", Play("BBBBBB", For(2, For(2))));
        var any = new AnyCondition { Conditions = [For(1), For(3, Given.Burn(Given.Minute, 5))] };
        Assert.Equal("NNNBB", Play("NBBBB", For(1, any)));
    }

    [DiceProperty(MaxTest = 150)]
    public void Asking_twice_and_explaining_change_nothing(Dice dice)
    {
        var steps = Given.Tracker();
        Condition condition = dice.Of<Condition>(For(2), For(1, For(2)), new AllCondition { Conditions = [For(3), Given.Burn(Given.Minute, 1)] });
        var (node, count) = ConditionCompiler.Compile(NoMinimum with { When = condition }, steps.Terms);
        var (once, often) = (new ForClocks(count), new ForClocks(count));
        for (var i = 0; i < 30; i++)
        {
            steps.Record(Given.Step0 + i, Step(dice.Of('B', 'B', 'B', 'U', 'N')));
            if (dice.Chance(0.2)) continue;

            var expected = node.Judge(new EvaluatedObjective(steps, Clocks: once));
            for (var again = dice.Below(4); again > 0; again--)
            {
                var explained = node.Explain(new EvaluatedObjective(steps, Clocks: often));
                Assert.Equal(expected, new Judgement(explained.Verdict, explained.Reason));
            }

            Assert.Equal(expected, node.Judge(new EvaluatedObjective(steps, Clocks: often)));
        }
    }

    [Fact]
    public void Its_result_says_for_how_long_it_has_been_breached()
    {
        var condition = For(3);
        var (node, count) = ConditionCompiler.Compile(NoMinimum with { When = condition }, tracker.Terms);
        var clocks = new ForClocks(count);
        var held = new List<double?>();
        foreach (var letter in "NBBUBBN")
        {
            tracker.Record(tracker.HasStarted ? tracker.Next : Given.Step0, Step(letter));
            var explained = node.Explain(new EvaluatedObjective(tracker, Clocks: clocks));
            Assert.Equal(condition.Condition, Assert.Single(explained.Parts).Condition);
            held.Add(explained.HeldFor?.TotalMinutes);
        }

        Assert.Equal([null, 0, 1, 1, 2, 3, null], held);
    }

    [Fact]
    public void Clocks_are_kept_for_each_deployment_and_forgotten_with_it()
    {
        var rule = NoMinimum with { When = For(3) };
        var state = new Flow(_ => Flow.Cell(0), rule).State.Objectives[0].Rules[0];
        DeploymentId a = Given.Deployment("a", 0).Id, b = Given.Deployment("b", 0).Id;
        var clock = state.Clocks(a)!;
        Assert.Equal((0, 1), (clock.Advance(0, 10, Verdict.Breached), clock.Advance(0, 11, Verdict.Breached)));
        Assert.Equal(0, state.Clocks(b)!.Advance(0, 11, Verdict.Breached));
        Assert.Same(clock, state.Clocks(a));
        Assert.Equal(0, state.Clocks(default)!.Advance(0, 11, Verdict.Breached));

        state.KeepClocks(new HashSet<DeploymentId> { b });
        Assert.Equal((0, 1), (state.Clocks(a)!.Advance(0, 12, Verdict.Breached), state.Clocks(b)!.Advance(0, 12, Verdict.Breached)));

        // The clock of a rule that only notifies belongs to no deployment.
        Assert.Equal(1, state.Clocks(default)!.Advance(0, 12, Verdict.Breached));
    }

    [Fact]
    public void A_rule_without_a_duration_has_no_clocks() =>
        Assert.Null(new Flow(_ => Flow.Cell(0)).State.Objectives[0].Rules[0].Clocks(default));
}
