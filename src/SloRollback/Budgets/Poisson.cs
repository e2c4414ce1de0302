namespace SloRollback.Budgets;

/// <summary>Chances of counts of independent events.</summary>
internal static class Poisson
{
    private const double Negligible = 1e-16;

    /// <summary>The chance of at most so many events where a mean is expected: the lower tail of the Poisson distribution.</summary>
    /// <param name="events">At least 0; parts of events do not count.</param>
    /// <param name="mean">Above 0.</param>
    public static double AtMost(double events, double mean)
    {
        var count = Math.Floor(events);
        if (count >= mean)
            return 1 - Above(count, mean);

        // Below the mean each fewer event is rarer by count / mean.
        var term = Exactly(count, mean);
        var sum = term;
        for (; count > 0 && term > Negligible * sum; count--)
        {
            term *= count / mean;
            sum += term;
        }

        return Math.Min(1, sum);
    }

    private static double Above(double count, double mean)
    {
        var term = Exactly(count + 1, mean);
        var sum = term;
        for (var next = count + 2; term > Negligible * sum; next++)
        {
            term *= mean / next;
            sum += term;
        }

        return Math.Min(1, sum);
    }

    private static double Exactly(double count, double mean) => Math.Exp((count * Math.Log(mean)) - mean - LogFactorial(count));

    // Stirling's series; its error at 10 is below 1e-9.
    private static double LogFactorial(double n)
    {
        if (n >= 10)
            return (n * Math.Log(n)) - n + (0.5 * Math.Log(2 * Math.PI * n)) + (1 / (12 * n)) - (1 / (360 * n * n * n)) + (1 / (1260 * Math.Pow(n, 5)));

        var product = 1.0;
        for (var i = 2; i <= n; i++) product *= i;
        return Math.Log(product);
    }
}
