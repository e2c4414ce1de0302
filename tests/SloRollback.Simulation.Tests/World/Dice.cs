using NodaTime;

namespace SloRollback.Simulation.Tests.World;

/// <summary>All chance of a run, from one seed.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random random = new(seed);

    public bool Chance(double probability) => random.NextDouble() < probability;

    public int Next(int count) => random.Next(count);

    public T Pick<T>(params ReadOnlySpan<T> items) => items[random.Next(items.Length)];

    /// <summary>Short lengths are as likely as long ones: evenly spread over the magnitudes, since races live in the small ones.</summary>
    public Duration Between(Duration shortest, Duration longest)
    {
        var (low, high) = (Math.Log(shortest.TotalMilliseconds), Math.Log(longest.TotalMilliseconds));
        return Duration.FromMilliseconds(Math.Round(Math.Exp(low + ((high - low) * random.NextDouble()))));
    }

    public Duration Evenly(Duration shortest, Duration longest) => shortest + Duration.FromMilliseconds(Math.Floor((longest - shortest).TotalMilliseconds * random.NextDouble()));
}
