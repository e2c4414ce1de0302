namespace SloRollback.Tests.Policies;

/// <summary>Three-valued logic (SEMANTICS §5): B is breached, N is not, and unknown has a reason: few events, filling, blind.</summary>
public sealed class KleeneTests
{
    private static readonly Judgement B = Judgement.Breached;
    private static readonly Judgement N = Judgement.NotBreached;

    private static readonly ImmutableArray<Judgement> All =
        [B, N, .. Enum.GetValues<UnknownReason>().Where(r => r != UnknownReason.None).Select(Judgement.Unknown)];

    // Rows and columns: B, few, filling, blind, N.
    [Theory]
    [InlineData("B", "B few filling blind N")]
    [InlineData("few", "few few filling blind N")]
    [InlineData("filling", "filling filling filling blind N")]
    [InlineData("blind", "blind blind blind blind N")]
    [InlineData("N", "N N N N N")]
    public void All_is_breached_when_every_part_is(string row, string table) => Check(row, table, Judgement.And);

    [Theory]
    [InlineData("B", "B B B B B")]
    [InlineData("few", "B few filling blind few")]
    [InlineData("filling", "B filling filling blind filling")]
    [InlineData("blind", "B blind blind blind blind")]
    [InlineData("N", "B few filling blind N")]
    public void Any_is_breached_when_one_part_is(string row, string table) => Check(row, table, Judgement.Or);

    private static void Check(string row, string table, Func<Judgement, Judgement, Judgement> combine)
    {
        string[] columns = ["B", "few", "filling", "blind", "N"];
        Assert.Equal(table.Split(' ').Select(Of), columns.Select(column => combine(Of(row), Of(column))));
    }

    private static Judgement Of(string name) => name switch
    {
        "B" => B,
        "N" => N,
        "few" => Judgement.Unknown(UnknownReason.TooFewEvents),
        "filling" => Judgement.Unknown(UnknownReason.StillFilling),
        _ => Judgement.Unknown(UnknownReason.LookbackUnmeasured),
    };

    [Fact]
    public void Both_are_commutative_associative_idempotent_and_absorb_each_other()
    {
        foreach (var a in All)
        {
            Assert.Equal((a, a, a, a), (Judgement.And(a, a), Judgement.Or(a, a), Judgement.And(a, B), Judgement.Or(a, N)));
            Assert.Equal((N, B), (Judgement.And(a, N), Judgement.Or(a, B)));
            foreach (var b in All)
            {
                Assert.Equal(Judgement.And(a, b), Judgement.And(b, a));
                Assert.Equal(Judgement.Or(a, b), Judgement.Or(b, a));

                // De Morgan; absorption holds for verdicts, since the reason that is told is the graver one.
                Assert.Equal(Not(Judgement.And(a, b)), Judgement.Or(Not(a), Not(b)));
                Assert.Equal(Not(Judgement.Or(a, b)), Judgement.And(Not(a), Not(b)));
                Assert.Equal(a.Verdict, Judgement.And(a, Judgement.Or(a, b)).Verdict);
                foreach (var c in All)
                {
                    Assert.Equal(Judgement.And(a, Judgement.And(b, c)), Judgement.And(Judgement.And(a, b), c));
                    Assert.Equal(Judgement.Or(a, Judgement.Or(b, c)), Judgement.Or(Judgement.Or(a, b), c));
                    Assert.Equal(
                        Judgement.And(a, Judgement.Or(b, c)).Verdict, Judgement.Or(Judgement.And(a, b), Judgement.And(a, c)).Verdict);
                }
            }
        }
    }

    private static Judgement Not(Judgement judgement) => judgement.Verdict switch
    {
        Verdict.Breached => N,
        Verdict.NotBreached => B,
        _ => judgement,
    };

    /// <summary>One step of 100 events, with as many bad: each leaf is made to say what is wanted.</summary>
    private static Condition Leaf(Dice dice) => dice.Below(4) switch
    {
        0 => Given.Burn(Given.Minute, 5),
        1 => Given.Burn(Given.Minute, 80),
        2 => Given.Burn(Duration.FromMinutes(60), 5),
        _ => new BudgetRemainingCondition { Below = 0.5m },
    };

    private static Condition Any(Dice dice, int depth) => dice.Below(depth > 0 ? 3 : 1) switch
    {
        1 => new AllCondition { Conditions = [.. Enumerable.Range(0, dice.Between(1, 4)).Select(_ => Any(dice, depth - 1))] },
        2 => new AnyCondition { Conditions = [.. Enumerable.Range(0, dice.Between(1, 4)).Select(_ => Any(dice, depth - 1))] },
        _ => Leaf(dice),
    };

    private static Condition Shuffled(Dice dice, Condition condition) => condition switch
    {
        AllCondition all => new AllCondition { Conditions = [.. dice.Shuffled(all.Conditions.Select(c => Shuffled(dice, c)))] },
        AnyCondition any => new AnyCondition { Conditions = [.. dice.Shuffled(any.Conditions.Select(c => Shuffled(dice, c)))] },
        _ => condition,
    };

    [DiceProperty(MaxTest = 200)]
    public void The_order_of_the_parts_does_not_matter_and_explaining_says_what_judging_does(Dice dice)
    {
        var tracker = Given.Tracker();
        tracker.Fill(Given.Step0, 20, Given.Measured(20, 100));
        if (dice.Chance(0.2)) tracker.Record(tracker.Next, Given.Unmeasured);
        var condition = Any(dice, 3);
        var rule = Given.PageRule() with { MinimumBad = dice.Of(0, 30) };
        var judged = tracker.Judge(condition, rule: rule);
        Assert.Equal(judged, tracker.Judge(Shuffled(dice, condition), rule: rule));

        var explained = tracker.Explain(condition, rule: rule);
        Assert.Equal(judged, new Judgement(explained.Verdict, explained.Reason));
        Check(explained);
    }

    // What is explained of a node follows from what is explained of its parts.
    private static void Check(ConditionResult result)
    {
        foreach (var part in result.Parts) Check(part);
        var parts = result.Parts.Select(p => new Judgement(p.Verdict, p.Reason));
        Judgement? expected = result.Condition switch
        {
            AllCondition => parts.Aggregate(B, Judgement.And),
            AnyCondition => parts.Aggregate(N, Judgement.Or),
            _ => null,
        };
        Assert.Equal(expected ?? new Judgement(result.Verdict, result.Reason), new Judgement(result.Verdict, result.Reason));
    }
}
