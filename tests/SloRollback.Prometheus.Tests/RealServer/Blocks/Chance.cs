namespace SloRollback.Prometheus.Tests.RealServer.Blocks;

/// <summary>Random numbers of some distributions.</summary>
internal sealed class Chance(int seed)
{
    private readonly Random random = new(seed);

    public double Uniform(double from, double to) => from + ((to - from) * random.NextDouble());

    public int Whole(int from, int to) => random.Next(from, to);

    public double Exponential(double mean) => -Math.Log(1 - random.NextDouble()) * mean;

    /// <summary>How many of many rare things happen.</summary>
    public double Poisson(double mean)
    {
        if (mean > 30)
            return Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * Normal())));

        var count = 0;
        for (var left = Math.Exp(-mean); (left /= 1 - random.NextDouble()) < 1;)
            count++;
        return count;
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
}
