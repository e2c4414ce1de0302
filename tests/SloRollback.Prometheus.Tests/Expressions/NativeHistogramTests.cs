using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Expressions;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Expressions;

/// <summary>A native histogram as two counters.</summary>
public sealed class NativeHistogramTests
{
    [Theory]
    [InlineData(60_000, 15_000)]
    [InlineData(300_000, 15_000)]
    [InlineData(10_000, 10_000)]
    [InlineData(20_000, 10_000)]
    [InlineData(1_000, 1_000)]
    [InlineData(50, 50)]
    [InlineData(59_999, 59_999)]
    public void The_interval_is_a_whole_part_of_the_step_of_at_most_15_s(long step, long expected)
    {
        var interval = NativeHistogram.Interval(step);
        Assert.Equal(expected, interval);
        Assert.Equal(0, step % interval);
    }

    [Fact]
    public void Count_share_and_time_come_together_and_repeated_samples_are_passed_over()
    {
        var (good, valid) = Read(
            [(15_000, 10, 7, 12.5), (30_000, 20, 15, 27.5), (45_000, 20, 15, 27.5), (60_000, 25, 16, 57.5)]);
        Assert.Equal([(12_500, 7), (27_500, 15), (57_500, 16)], good);
        Assert.Equal([(12_500, 10), (27_500, 20), (57_500, 25)], valid);
    }

    [Fact]
    public void A_reset_shows_in_the_count_alone()
    {
        // Before, nearly all were slow; after it, nearly all fast: the good ones went up all the same.
        var (good, valid) = Read([(1000, 100, 2, 1), (2000, 40, 38, 2), (3000, 50, 48, 3)]);
        Assert.Equal([2, 40, 50], good.Select(g => g.Value));
        Assert.Equal([100, 140, 150], valid.Select(v => v.Value));

        // A histogram that widens its buckets is not reset.
        (good, valid) = Read([(1000, 100, 60, 1), (2000, 102, 55, 2), (3000, 104, 57, 3)]);
        Assert.Equal([60, 60, 62], good.Select(g => g.Value));
        Assert.Equal([100, 102, 104], valid.Select(v => v.Value));
    }

    [Fact]
    public void Without_events_the_share_is_of_nothing()
    {
        var (good, valid) = Read([(1000, 0, double.NaN, 1), (2000, 4, 3, 2), (3000, double.NaN, double.NaN, 3), (4000, 5, double.NaN, 4), (5000, 6, 4, 5)]);
        Assert.Equal([(1000, 0), (2000, 3), (5000, 4)], good);
        Assert.Equal([(1000, 0), (2000, 4), (5000, 6)], valid);
    }

    [SeedProperty(MaxTest = 500)]
    public void Growth_is_that_of_a_histogram_that_is_reset_now_and_then(int seed)
    {
        var random = new Random(seed);
        var answer = new List<(long, double, double, double)>();
        double count = 0, good = 0, wholeCount = 0, wholeGood = 0;
        for (var i = 1; i <= 20; i++)
        {
            var (fast, slow) = (random.Next(5), random.Next(5));
            var isReset = random.Next(6) == 0 && count > fast + slow;
            (count, good) = isReset ? (fast + slow, fast) : (count + fast + slow, good + fast);
            (wholeCount, wholeGood) = (wholeCount + fast + slow, wholeGood + fast);
            answer.Add((i * 1000, count, count == 0 ? double.NaN : good, i));
        }

        var read = Read(answer);
        Assert.Equal(wholeGood, read.Good[^1].Value, 1e-9);
        Assert.Equal(wholeCount, read.Valid[^1].Value, 1e-9);
        Assert.All(read.Good.Zip(read.Good.Skip(1)).Zip(read.Valid.Zip(read.Valid.Skip(1))), pair =>
            Assert.InRange(pair.First.Second.Value - pair.First.First.Value, 0, pair.Second.Second.Value - pair.Second.First.Value));
    }

    [Fact]
    public void Each_histogram_is_its_own()
    {
        var (good, _) = NativeHistogram.Counters(Answers.Of(
            ("__slorollback_part__=count,job=j,instance=a", [(1000, 4)]),
            ("__slorollback_part__=good,job=j,instance=a", [(1000, 3)]),
            ("__slorollback_part__=time,job=j,instance=a", [(1000, 0.5)]),
            ("__slorollback_part__=count,job=j,instance=b", [(1000, 2)]),
            ("__slorollback_part__=good,job=j,instance=b", [(1000, 1)]),
            ("__slorollback_part__=time,job=j,instance=b", [(1000, 0.7)])));
        Assert.Equal(["j\u001fa", "j\u001fb"], good.Select(g => g.Target));
        Assert.Equal([500L, 700L], good.Select(g => g.Samples[0].Time));
    }

    private static ((long Time, double Value)[] Good, (long Time, double Value)[] Valid) Read(IReadOnlyCollection<(long At, double Count, double Good, double Time)> answer)
    {
        var (good, valid) = NativeHistogram.Counters(Answers.Of(
            ("__slorollback_part__=count", [.. answer.Select(a => (a.At, a.Count))]),
            ("__slorollback_part__=good", [.. answer.Select(a => (a.At, a.Good))]),
            ("__slorollback_part__=time", [.. answer.Select(a => (a.At, a.Time))])));
        return (Samples(Assert.Single(good)), Samples(Assert.Single(valid)));
    }

    private static (long, double)[] Samples(CounterSeries series) => [.. series.Samples.ToArray().Select(s => (s.Time, s.Value))];
}
