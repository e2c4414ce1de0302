namespace SloRollback.Kubernetes.Tests.Support;

/// <summary>Waits for conditions, never for a time.</summary>
internal static class Wait
{
    /// <summary>Tries until the condition holds; fails after a generous limit.</summary>
    public static Task UntilAsync(Func<Task<bool>> condition, string what) => UntilAsync(condition, () => what);

    /// <summary>Tries until the condition holds; fails after a generous limit, with what is known then.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> what, int seconds = 30)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        while (!await condition())
        {
            if (limit.IsCancellationRequested)
                Assert.Fail($"waited in vain for: {what()}");

            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public static Task UntilAsync(Func<bool> condition, Func<string> what, int seconds = 30) => UntilAsync(() => Task.FromResult(condition()), what, seconds);
}
