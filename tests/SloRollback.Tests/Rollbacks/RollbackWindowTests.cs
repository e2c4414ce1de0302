namespace SloRollback.Tests.Rollbacks;

public sealed class RollbackWindowTests
{
    [Fact]
    public void It_is_longer_than_nothing_and_at_most_30_days()
    {
        Assert.Equal(Duration.Epsilon, new RollbackWindow(Duration.Epsilon).Length);
        Assert.Equal(Duration.FromDays(30), new RollbackWindow(Duration.FromDays(30)).Length);
        Assert.All(
            [Duration.Zero, -Given.Hour, Duration.FromDays(30) + Duration.Epsilon],
            length => Assert.Throws<ArgumentOutOfRangeException>(() => new RollbackWindow(length)));
    }

    [Fact]
    public void Nobody_s_choice_is_an_hour_and_equal_to_an_explicit_hour()
    {
        Assert.Equal(Given.Hour, default(RollbackWindow).Length);
        Assert.Equal(RollbackWindow.Default, default);
        Assert.Equal(new RollbackWindow(Given.Hour), default);
        Assert.NotEqual(new RollbackWindow(Given.Minute), default);
    }
}
