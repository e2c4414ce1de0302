namespace SloRollback.Tests.Rollbacks;

/// <summary>One line for a tired person: the sentence, then the numbers, each beside its limit.</summary>
public sealed class DecisionTextTests
{
    private static readonly DecisionInput Acts = Acting.Input();

    private static string Text(DecisionInput input) => RollbackDecider.Decide(input).Text;

    [Theory]
    [InlineData(RollbackMode.Automatic, "checkout/production: rolling back v3 → v2 (Automatic). ")]
    [InlineData(RollbackMode.Approve, "checkout/production: asks for approval to roll back v3 → v2 (Approve). ")]
    [InlineData(RollbackMode.Observe, "checkout/production: would roll back v3 → v2 (Observe). ")]
    public void It_says_first_what_is_done(RollbackMode mode, string start)
    {
        var text = Text(Acting.Input(mode));
        Assert.StartsWith(start, text, StringComparison.Ordinal);
        Assert.Contains("120 of 300 requests (40%) failed between v3's start and the onset 3m later", text, StringComparison.Ordinal);
        Assert.EndsWith("90% of the error budget left.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hold_names_its_headline_its_reason_and_the_other_reasons()
    {
        var input = Acts.With(Acting.Executed(Acts.Deployments[2], 4));
        input = input with { Guards = input.Guards with { Paused = "drill" } };
        Assert.Contains("held: Paused: rollbacks are paused (drill) (also AlreadyRolledBack, Cooldown).", Text(input), StringComparison.Ordinal);
    }

    [Fact]
    public void Predated_says_when_errors_began_and_how_many_there_were()
    {
        var text = Text(Acts.Facts("v3", f => f with { BadBefore = 7 }) with { Episode = Acts.Episode with { ErrorsBegan = Given.At(-3), Facts = [.. Acts.Episode.Facts.Select(f => f with { BadBefore = 7 })] } });
        Assert.Contains("held: BreachPredatesDeployment: errors began 23:57:00, 3m before v3 (7 failed requests by then, limit 5)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_breached_burn_rates_stand_beside_their_limits()
    {
        var window = new WindowReading { Lookback = Given.Hour, Bad = 100, Valid = 6000, BurnRate = 16.66, Above = 14.4m };
        var leaf = Acts.Condition with { Condition = Given.Burn(Given.Hour, 14.4m), Windows = [window, window with { Lookback = Given.Minute, BurnRate = null }] };
        var idle = leaf with { Verdict = Verdict.NotBreached, Windows = [window with { Lookback = Duration.FromDays(3) }] };
        var text = Text(Acts with { Condition = Acts.Condition with { Parts = [leaf, idle] } });
        Assert.Contains("burn 16.66× on 1h (limit 14.4×); burn undefined on 1m (limit 14.4×)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("3d", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_hold_reason_has_a_sentence() => Assert.All(
        Enum.GetValues<HoldReason>().Where(r => r != HoldReason.None),
        reason => Assert.NotEmpty(DecisionText.Of(Acts, new RollbackDecision { Holds = [reason], Suspect = Acts.Deployments[2] })));

    [Fact]
    public void Every_unknown_reason_has_a_sentence() => Assert.All(
        Enum.GetValues<UnknownReason>().Where(r => r is not (UnknownReason.None or UnknownReason.TooFewEvents)),
        reason => Assert.DoesNotContain(reason.ToString(), Text(Acts with { Blind = reason }), StringComparison.Ordinal));
}
