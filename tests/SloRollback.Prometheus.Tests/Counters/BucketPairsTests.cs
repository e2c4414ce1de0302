using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Expressions;
using SloRollback.Prometheus.Tests.Expressions;

namespace SloRollback.Prometheus.Tests.Counters;

/// <summary>A process without the bucket makes neither errors nor a loss of traffic.</summary>
public sealed class BucketPairsTests
{
    private static readonly StepWindow Window = new(10, 3, 100, 500);

    [Fact]
    public void Buckets_of_one_scrape_belong_together_however_their_bound_is_written()
    {
        var read = Read(
            Answers.Of(("le=1,instance=a", [(950, 2), (1050, 4)]), ("le=1.0,instance=b", [(950, 1), (1150, 6)])),
            Answers.Of(("le=+Inf,instance=a", [(950, 5), (1050, 9)]), ("le=+Inf,instance=b", [(950, 1), (1150, 8)])));
        Assert.Equal([(2, 4), (5, 7), (0, 0)], read.Cells.Select(c => (c.First, c.Second)));
        Assert.Null(read.Read.Problem);
        Assert.False(read.Read.IsEmpty);
    }

    [Fact]
    public void Steps_with_a_process_that_has_no_such_bucket_are_not_measured()
    {
        var (read, cells) = Read(
            Answers.Of(("le=1,instance=a", [(950, 2), (1050, 4), (1150, 6)])),
            Answers.Of(("le=+Inf,instance=a", [(950, 5), (1050, 9), (1150, 12)]), ("le=+Inf,instance=b", [(1140, 30), (1290, 90)])));
        Assert.Equal(new SliCell(StepState.Measured, 2, 4), cells[0]);
        Assert.Equal([default, default], cells[1..]);
        Assert.Contains("instance=\"b\"", read.Problem, StringComparison.Ordinal);
        Assert.False(read.IsLackingEverywhere);
    }

    [Fact]
    public void A_process_that_comes_back_without_the_bucket_is_noticed_at_its_first_scrape()
    {
        // The same instance, started anew with other buckets: its events must not become bad ones.
        var (_, cells) = Read(
            Answers.Of(("le=1,instance=a", [(950, 100), (1050, 110)])),
            Answers.Of(("le=+Inf,instance=a", [(950, 100), (1050, 110), (1150, 50), (1250, 500)])));
        Assert.Equal(new SliCell(StepState.Measured, 10, 10), cells[0]);
        Assert.Equal([default, default], cells[1..]);
    }

    [Fact]
    public void A_restart_shows_in_all_events_and_makes_no_errors_of_the_faster_release()
    {
        // Before 100 slow and 20 fast ones; after the restart 30 fast ones.
        var (_, cells) = Read(
            Answers.Of(("le=1,instance=a", [(950, 20), (1050, 20), (1150, 30)])),
            Answers.Of(("le=+Inf,instance=a", [(950, 120), (1050, 120), (1150, 30)])));
        Assert.Equal([(0, 0), (30, 30), (0, 0)], cells.Select(c => (c.First, c.Second)));
    }

    [Fact]
    public void Where_nothing_has_the_bucket_nothing_can_be_told()
    {
        var (read, _) = Read([], Answers.Of(("le=+Inf,instance=a", [(1050, 9)])));
        Assert.True(read.IsLackingEverywhere);
        Assert.True(read.IsEmpty);
    }

    private static (BucketPairs Read, SliCell[] Cells) Read(IReadOnlyCollection<LabelledSeries> first, IReadOnlyCollection<LabelledSeries> second)
    {
        var read = new BucketPairs(Counters(first), Counters(second), Window);
        var cells = new SliCell[Window.Count];
        read.Fill(new IndicatorCells(Window, targets: null, _ => true), cells);
        return (read, cells);
    }

    private static List<CounterSeries> Counters(IReadOnlyCollection<LabelledSeries> series) =>
    [
        .. series.Select(s => new CounterSeries(
            TargetIdentity.Of(s.Labels.GetValueOrDefault("job"), s.Labels.GetValueOrDefault("instance")),
            [.. s.Samples.Select(sample => new CounterSample(sample.Time, sample.Value))]) { Histogram = s.NameWithout("le") }),
    ];
}
