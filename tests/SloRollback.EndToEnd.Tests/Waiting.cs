namespace SloRollback.EndToEnd.Tests;

/// <summary>Waits for conditions, never for a length of time.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until something is there.</summary>
    /// <param name="look">Looks for it.</param>
    /// <param name="seconds">For how long at most: generous, since it costs nothing where all goes well.</param>
    /// <param name="what">What is waited for, for the failure.</param>
    public static async Task<T> ForAsync<T>(Func<T?> look, int seconds, Func<string> what)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        while (true)
        {
            if (look() is { } seen)
                return seen;

            Assert.False(limit.IsCancellationRequested, $"not within {seconds} s: {what()}");
            await Task.Delay(Poll, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until something holds.</summary>
    public static Task UntilAsync(Func<bool> holds, int seconds, Func<string> what) => ForAsync(() => holds() ? "" : null, seconds, what);
}
