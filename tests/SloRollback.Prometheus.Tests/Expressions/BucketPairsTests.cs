using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Expressions;

namespace SloRollback.Prometheus.Tests.Expressions;

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
        Assert.Empty(read.Read.Warnings);
        Assert.False(read.Read.IsDoubtful);
    }

    [Fact]
    public void Steps_with_a_process_that_has_no_such_bucket_are_not_measured()
    {
        var (read, cells) = Read(
            Answers.Of(("le=1,instance=a", [(950, 2), (1050, 4), (1150, 6)])),
            Answers.Of(("le=+Inf,instance=a", [(950, 5), (1050, 9), (1150, 12)]), ("le=+Inf,instance=b", [(1140, 30), (1290, 90)])));
        Assert.Equal(new SliCell(StepState.Measured, 2, 4), cells[0]);
        Assert.Equal([default, default], cells[1..]);
        Assert.Contains("instance=\"b\"", Assert.Single(read.Warnings), StringComparison.Ordinal);
        Assert.True(read.IsDoubtful);
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
    public void Where_nothing_has_the_bucket_the_query_is_rejected()
    {
        var read = ReadIndicator.Buckets(new BucketPairs([], Answers.Of(("le=+Inf,instance=a", [(1050, 9)])), Window), Window);
        Assert.Equal(UnmeasuredReason.QueryRejected, read.Outcome.Unmeasured);
        Assert.True(read.IsDoubtful);
    }

    private static (ReadIndicator Read, SliCell[] Cells) Read(IReadOnlyCollection<LabelledSeries> first, IReadOnlyCollection<LabelledSeries> second)
    {
        var read = ReadIndicator.Buckets(new BucketPairs(first, second, Window), Window);
        var cells = new SliCell[Window.Count];
        read.Fill(_ => true, cells);
        return (read, cells);
    }
}
