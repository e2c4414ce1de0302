using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Tests.Counters;

/// <summary>
/// What a source may have sampled: targets that come and go, counters that are reset, appear, end, pause, show NaN or infinities,
/// and outages of the source. Made from a seed, so that a failure can be repeated.
/// </summary>
internal sealed class CounterHistory
{
    public const long Step = 10;
    public const long GapTolerance = 35;
    private const long Length = 400;

    private readonly Random random;

    public CounterHistory(int seed)
    {
        random = new Random(seed);
        var outages = Enumerable.Range(0, random.Next(3)).Select(_ => (Start: random.NextInt64(Length), Length: random.NextInt64(80))).ToList();
        bool IsDown(long time) => outages.Exists(o => time >= o.Start && time < o.Start + o.Length);

        foreach (var target in new[] { "a", "b", TargetIdentity.Unknown }[..random.Next(1, 4)])
        {
            var interval = random.Next(3, 30);
            var times = new List<long>();
            for (long time = random.Next(50); time < Length; time += random.Next(1, interval))
            {
                if (!IsDown(time))
                    times.Add(time);
            }

            for (var i = random.Next(1, 4); i > 0; i--)
                (random.Next(2) == 0 ? First : Second).Add(Series(target, times));
        }

        // Others keep the source alive in some of the steps.
        for (long step = -10; step < (Length / Step) + 10; step++)
        {
            if (random.Next(4) > 0 && !IsDown(step * Step))
                Alive.Add(step);
        }
    }

    public List<CounterSeries> First { get; } = [];

    public List<CounterSeries> Second { get; } = [];

    public HashSet<long> Alive { get; } = [];

    public static int Steps => (int)(Length / Step);

    private CounterSeries Series(string target, List<long> times)
    {
        var samples = new List<CounterSample>();
        double value = random.Next(1000);
        long from = random.Next(2) == 0 ? 0 : random.NextInt64(Length), until = random.Next(2) == 0 ? Length : random.NextInt64(Length);
        foreach (var time in times.Where(t => t >= from && t < until && random.Next(20) > 0))
        {
            value = random.Next(12) == 0 ? random.Next(20) : value + random.Next(10);
            samples.Add(new CounterSample(time, random.Next(40) switch { 0 => double.NaN, 1 => double.PositiveInfinity, _ => value }));
        }

        return new CounterSeries(target, [.. samples]);
    }
}
