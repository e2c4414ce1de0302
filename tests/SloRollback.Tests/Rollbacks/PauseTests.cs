
namespace SloRollback.Tests.Rollbacks;

/// <summary>Where a pause holds.</summary>
public sealed class PauseTests
{
    private static readonly RuleKey Rule = new(new ObjectiveKey(new ServiceId("checkout", "production"), "availability"), "bad-release");

    [Theory]
    [InlineData("", true)]
    [InlineData("checkout/production", true)]
    [InlineData("checkout/production/availability", true)]
    [InlineData("checkout/production/availability/bad-release", true)]
    [InlineData("checkout", true)]
    [InlineData("checkout/prod", false)]
    [InlineData("checkout/production/availability/bad", false)]
    [InlineData("checkout/production/availability/bad-release/more", false)]
    [InlineData("checkout/staging", false)]
    [InlineData("Checkout/production", false)]
    public void A_pause_holds_for_what_lies_in_its_scope(string scope, bool holds)
    {
        Assert.Equal(holds, new Pause { Scope = scope, By = "ada" }.Covers(Rule.ToString()));
        Assert.Equal(holds, new GuardState { Pauses = [new Pause { Scope = scope, By = "ada" }] }.PauseOf(Rule) is not null);
    }

    [Fact]
    public void The_widest_pause_is_the_one_that_is_told()
    {
        var guards = new GuardState { Pauses = [new Pause { Scope = Rule.ToString(), By = "ada" }, new Pause { By = "bob", Reason = "incident" }, new Pause { Scope = "checkout/production", By = "eve" }] };
        Assert.Equal("by bob: incident", guards.PauseOf(Rule)?.ToString());
        Assert.Equal("checkout/production by eve", guards.Pauses[2].ToString());
    }

    [Theory]
    [InlineData(new[] { "" }, true)]
    [InlineData(new[] { "a/p/o/r1" }, false)]
    [InlineData(new[] { "a/p/o/r1", "b" }, true)]
    [InlineData(new string[0], false)]
    public void A_write_is_refused_when_every_rule_that_asks_is_paused(string[] scopes, bool isRefused)
    {
        Pause[] pauses = [.. scopes.Select(s => new Pause { Scope = s, By = "ada" })];
        var record = new RollbackRecord { Target = new() { Provider = "p", Workload = "w" }, From = new() { Id = "2", Name = "2" }, To = new() { Id = "1", Name = "1" } };
        Assert.Equal(isRefused, new JournalWriteRequest { Record = record, UnlessPaused = ["a/p/o/r1", "b/p/o/r2"] }.PausedBy(pauses) is not null);
        Assert.Null(new JournalWriteRequest { Record = record }.PausedBy(pauses));
    }
}
