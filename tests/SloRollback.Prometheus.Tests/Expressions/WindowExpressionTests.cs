using SloRollback.Prometheus.Expressions;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Expressions;

/// <summary>What <c>$window</c> becomes, and what is refused before a server sees it.</summary>
public sealed class WindowExpressionTests
{
    [Theory]
    [InlineData("sum(increase(a{x=\"$\"}[$window]))", 60_000, "sum(increase(a{x=\"$\"}[60s]))")]
    [InlineData("a[$window:$window] offset $window", 2500, "a[2500ms:2500ms] offset 2500ms")]
    [InlineData("max(a)", 60_000, "max(a)")]
    [InlineData("$window", 3_600_000, "3600s")]
    [InlineData("a{x='\\'(',y=`#[`}", 1000, "a{x='\\'(',y=`#[`}")]
    public void The_window_is_the_length_of_the_step(string text, long step, string expected)
    {
        Assert.True(WindowExpression.TryParse(text, out var expression, out var error), error?.ToString());
        Assert.Equal(expected, expression.For(step));
    }

    [Theory]
    [InlineData("rate(a[$windows])", 8, "the only variable")]
    [InlineData("rate(a[$window_1])", 8, "the only variable")]
    [InlineData("rate(a[$windowé])", 8, "the only variable")]
    [InlineData("rate(a[$__rate_interval])", 8, "the only variable")]
    [InlineData("rate(a[$Window])", 8, "the only variable")]
    [InlineData("a{x=\"$window\"}", 6, "inside a string")]
    [InlineData("a{x=`rate(b[$window])`}", 13, "inside a string")]
    [InlineData("a{x=\"b}", 5, "this quote is not closed")]
    [InlineData("sum(a[$window]", 4, "this ( is not closed")]
    [InlineData("sum(a[$window)]", 14, "this ) closes nothing")]
    [InlineData("a}", 2, "this } closes nothing")]
    [InlineData("a[$window] # increase", 12, "comments")]
    [InlineData("  ", 3, "empty")]
    public void What_cannot_be_an_expression_is_told_with_its_position(string text, int position, string message)
    {
        Assert.False(WindowExpression.TryParse(text, out _, out var error));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(position, error.Position);
    }

    [SeedProperty(MaxTest = 3000)]
    public void A_mutilated_expression_is_read_or_refused_and_only_its_variable_is_replaced(int seed)
    {
        var text = Mutations.Of("sum(increase(a{x=\"y\\\"[\",z!~'$'}[$window])) / count(b[$window:1m])", new Random(seed));
        if (!WindowExpression.TryParse(text, out var expression, out var error))
            Assert.InRange(error.Position, 1, text.Length + 1);
        else
            Assert.Equal(text.Replace("$window", "60s", StringComparison.Ordinal), expression.For(60_000));
    }
}
