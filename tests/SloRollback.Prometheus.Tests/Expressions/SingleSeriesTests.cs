using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Expressions;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Expressions;

/// <summary>What should be one series: one after the other is, two at once are not.</summary>
public sealed class SingleSeriesTests
{
    private static readonly StepWindow Window = new(10, 3, 100, 0);

    [Fact]
    public void Samples_are_averaged_by_half_open_steps()
    {
        var values = new SingleSeries(Answers.Of(("instance=a", [(999, 5), (1000, 1), (1099, 2), (1100, 7), (1300, 9)])), Window);
        Assert.Equal([1.5, 7, null], Enumerable.Range(0, 3).Select(values.Mean));
        Assert.Equal(1100, values.Newest);
        Assert.Null(values.Conflict);
    }

    [Fact]
    public void One_series_may_follow_another()
    {
        var values = new SingleSeries(Answers.Of(("instance=b", [(1050, 4), (1120, 6)]), ("instance=a", [(1000, 1), (1040, 1)])), Window);
        Assert.Equal([2, 6, null], Enumerable.Range(0, 3).Select(values.Mean));
        Assert.Null(values.Conflict);
    }

    [Fact]
    public void Two_at_once_are_told_by_the_labels_that_differ_and_cost_their_steps_only()
    {
        var values = new SingleSeries(Answers.Of(("job=j,instance=a", [(1000, 1), (1060, 1)]), ("job=j,instance=b,zone=z", [(1050, 4), (1120, 6)])), Window);
        Assert.Equal([null, 6, null], Enumerable.Range(0, 3).Select(values.Mean));
        Assert.True(values.IsConflict(0));
        Assert.False(values.IsConflictEverywhere);
        Assert.Contains("instance (\"a\", \"b\"), zone (\"\", \"z\")", values.Conflict, StringComparison.Ordinal);
        Assert.DoesNotContain("job", values.Conflict, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_number_makes_the_mean_none_and_infinities_stay()
    {
        var values = new SingleSeries(Answers.Of(("", [(1000, 1), (1001, double.NaN), (1100, double.PositiveInfinity)])), Window);
        Assert.Equal([double.NaN, double.PositiveInfinity, null], Enumerable.Range(0, 3).Select(values.Mean));
    }

    [SeedProperty(MaxTest = 500)]
    public void Means_and_conflicts_are_what_the_definition_says(int seed)
    {
        var random = new Random(seed);
        var series = Enumerable.Range(0, random.Next(1, 4)).Select(i =>
        {
            var (from, to) = (random.Next(950, 1350), random.Next(950, 1350));
            return ($"instance={i}", Times: Enumerable.Range(from, Math.Max(0, to - from)).Where(_ => random.Next(20) == 0).Select(t => ((long)t, (double)random.Next(9))).ToArray());
        }).ToArray();
        var values = new SingleSeries(Answers.Of(series), Window);

        for (var i = 0; i < Window.Count; i++)
        {
            var (start, end) = (1000 + (100 * i), 1100 + (100 * i));
            var parts = series.Select(s => s.Times.Where(t => t.Item1 >= start && t.Item1 < end).ToArray()).Where(p => p.Length > 0).ToArray();
            var isConflict = parts.Any(p => parts.Any(q => q != p && p[0].Item1 <= q[^1].Item1 && q[0].Item1 <= p[^1].Item1));
            Assert.Equal(isConflict, values.IsConflict(i));
            Assert.Equal(parts.Length == 0 || isConflict ? null : parts.SelectMany(p => p).Average(s => s.Item2), values.Mean(i));
        }
    }
}
