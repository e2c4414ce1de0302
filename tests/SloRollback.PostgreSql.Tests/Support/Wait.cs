namespace SloRollback.PostgreSql.Tests.Support;

/// <summary>Waits for conditions, never for a time.</summary>
internal static class Wait
{
    /// <summary>Tries until the condition holds; fails after a generous limit.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            if (limit.IsCancellationRequested)
                Assert.Fail($"waited in vain for: {what}");

            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }
}
