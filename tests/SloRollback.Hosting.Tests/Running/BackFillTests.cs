using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Hosting.Evaluation;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>History is filled in between evaluations, and nothing that is decided waits for it.</summary>
public sealed class BackFillTests
{
    private const string Query = "checkout/production/availability";
    private static readonly Duration Minute = Duration.FromMinutes(1);
    private static readonly Duration Hour = Duration.FromHours(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // 600 requests a minute, 6 of them bad, in steps of any length.
    private static EngineHost Host(Action<ISloRollbackBuilder>? more = null, Duration? pause = null)
    {
        var host = new EngineHost(_ => new SliCell(StepState.Measured, 6, 600), RollbackMode.Observe, builder =>
        {
            builder.WithBackFill(b => b with { Pause = pause ?? Duration.Zero });
            more?.Invoke(builder);
        });
        host.Source.Cells[Query] = (grid, _) => Cell(grid);
        return host;
    }

    private static SliCell Cell(StepGrid grid) => new(StepState.Measured, 6 * grid.Step.TotalMinutes, 600 * grid.Step.TotalMinutes);

    private static ObjectiveStatus Status(EngineHost host) => host.Status.Objectives[0];

    private static List<SliReadRequest> Filled(EngineHost host) => [.. host.Source.Requests.Skip(7).Where(r => r.Grid.End < EngineHost.T0)];

    [Fact]
    public async Task A_month_is_read_back_in_hours_a_day_at_a_time_the_newest_first()
    {
        using var host = Host();
        await host.RunAsync(1);
        Assert.Equal(420.0 / 43_200, Status(host).BackFill!.Progress);
        await host.FillAsync(Minute);
        await host.RunAsync(1);

        var requests = Filled(host);
        Assert.Equal(30, requests.Count);
        Assert.All(requests, r => Assert.Equal((Hour, true), (r.Grid.Step, r.AllowEstimate)));
        Assert.Equal(EngineHost.T0 - (7 * Hour), requests[0].Grid.End);
        Assert.All(requests.Zip(requests.Skip(1)), pair => Assert.Equal(pair.First.Grid.Start, pair.Second.Grid.End));
        Assert.Equal(EngineHost.T0 - (30 * 24 * Hour), requests[^1].Grid.Start);

        var status = Status(host);

        // The window begins at one minute past twelve, and counts so old are kept in buckets of three hours.
        Assert.Equal((600.0 * (43_200 - 179), 6.0 * (43_200 - 179)), (status.Budget.Valid, status.Budget.Bad));
        Assert.Equal(EngineHost.T0 - (7 * Hour), status.ApproximateBefore);
        Assert.Equal(
            new BackFillStatus { From = EngineHost.T0 + Minute - (30 * 24 * Hour), DoneUntil = EngineHost.T0 + Minute - (30 * 24 * Hour), Progress = 1 },
            status.BackFill);
        Assert.Equal((1, 9, 1), (host.Log.Count(1010), host.Log.Count(1011), host.Log.Count(1012)));

        await host.FillAsync(Minute);
        Assert.Equal(30, Filled(host).Count);
    }

    [Fact]
    public async Task Objectives_that_lack_the_same_are_asked_for_together_and_slices_by_themselves()
    {
        using var host = Host(b => b.AddMonitoredService("orders", "production", service => service
            .Objective("same", 99m, slo => slo.Events(valid: "v", bad: "b"))
            .Objective("queue", 99m, CompliancePeriod.Rolling(1), slo => slo.Gauge("g").Timeslices(5 * Minute, ComparisonOperator.Less, 30))));
        host.Source.Cells["orders/production/same"] = (grid, _) => Cell(grid);
        host.Source.Cells["orders/production/queue"] = (_, step) => new SliCell(StepState.Measured, step % 2 == 0 ? 0 : 99, 0);
        await host.RunAsync(1);
        host.Source.Asked.Clear();
        var before = host.Source.Requests.Length;
        await host.FillAsync(Minute);
        await host.RunAsync(1);

        var requests = host.Source.Requests.Skip(before).Where(r => r.Grid.End < EngineHost.T0).ToList();
        Assert.Equal(30, requests.Count(r => r.AllowEstimate));
        Assert.All(requests.Where(r => r.AllowEstimate), r => Assert.Equal(2, r.Queries.Length));
        Assert.All(requests.Where(r => !r.AllowEstimate), r => Assert.Equal(("orders/production/queue", 5 * Minute), (Assert.Single(r.Queries).Id, r.Grid.Step)));
        Assert.Equal(17 * 12, requests.Where(r => !r.AllowEstimate).Sum(r => r.Grid.Count));
        var queue = host.Status.Objectives.Single(o => o.Key.Objective == "queue");
        Assert.Equal((144, 288, 1), (queue.Budget.Bad, queue.Budget.Valid, queue.Budget.Coverage));
        Assert.Null(queue.ApproximateBefore);
    }

    [Fact]
    public async Task A_source_is_left_alone_between_two_requests()
    {
        using var host = Host(pause: Duration.FromSeconds(2));
        await host.RunAsync(1);
        var at = new ConcurrentQueue<DateTimeOffset>();
        host.Source.Before = (_, _) =>
        {
            at.Enqueue(host.Time.GetUtcNow());
            return Task.CompletedTask;
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var fill = host.FillAsync(Hour * 1000, stop.Token);
        await EngineHost.UntilAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(500));
            return at.Count >= 5;
        });
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fill);
        Assert.All(at.Zip(at.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task An_evaluation_never_waits_for_an_answer_that_is_slow_and_it_is_taken_in_afterwards()
    {
        using var host = Host();
        await host.RunAsync(1);
        var answer = new TaskCompletionSource();
        host.Source.Before = (request, cancel) => request.AllowEstimate ? answer.Task.WaitAsync(cancel) : Task.CompletedTask;
        var fill = host.FillAsync(Duration.FromSeconds(5));
        await EngineHost.UntilAsync(() => host.Source.Requests.Any(r => r.AllowEstimate));

        // Past the end of the fill, and with the step that follows not as far as the time limit of an answer, which is two steps.
        var seconds = 0;
        await EngineHost.UntilAsync(() =>
        {
            if (seconds++ < 50)
                host.Time.Advance(TimeSpan.FromSeconds(1));
            return fill.IsCompleted;
        });

        var evaluated = host.Status.EvaluatedAt;
        await host.RunAsync(1);
        Assert.True(host.Status.EvaluatedAt > evaluated);
        Assert.Single(host.Source.Requests, r => r.AllowEstimate);

        answer.SetResult();
        await host.FillAsync(Minute);
        await host.RunAsync(1);
        Assert.Equal(30, host.Source.Requests.Count(r => r.AllowEstimate));
        Assert.Equal(1, Status(host).BackFill!.Progress);
    }

    [Fact]
    public async Task The_loop_fills_in_evaluates_meanwhile_and_stops_at_once()
    {
        using var host = Host();
        var answers = 0;
        host.Source.Before = (request, cancel) => request.AllowEstimate && Interlocked.Increment(ref answers) > 4
            ? Task.Delay(Timeout.InfiniteTimeSpan, host.Time, cancel) : Task.CompletedTask;
        var loop = host.HostedServices.OfType<EvaluationService>().Single();
        await loop.StartAsync(Cancel);
        await EngineHost.UntilAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(5));
            return host.Status.EvaluatedAt > EngineHost.T0 + (5 * Minute) && Status(host).BackFill!.Progress > 0.1;
        });

        Assert.InRange(Status(host).BackFill!.Progress, 0.1, 0.5);
        await loop.StopAsync(Cancel);
        Assert.Equal(TaskStatus.RanToCompletion, loop.ExecuteTask!.Status);
    }

    [Fact]
    public async Task What_cannot_be_read_is_asked_for_again_later_and_less_and_told_once()
    {
        using var host = Host(Given.Second("basket", "basket", RollbackMode.Observe));
        host.Source.Cells["basket/production/availability"] = (grid, _) => Cell(grid);
        await host.RunAsync(1);
        var before = host.Source.Requests.Length;
        host.Source.FailingQuery = Query;
        await host.FillAsync(Duration.FromSeconds(1));

        // The other went on alone; this one is not asked for again before some seconds have passed.
        var other = host.Source.Requests.Skip(before).ToList();
        Assert.Equal(30, other.Count);
        Assert.Equal([2, .. Enumerable.Repeat(1, 29)], other.Select(r => r.Queries.Length));
        for (var i = 0; i < 20; i++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(10));
            await host.FillAsync(Duration.FromSeconds(1));
        }

        var again = host.Source.Requests.Skip(before + 30).ToList();
        Assert.InRange(again.Count, 3, 6);
        Assert.All(again.Zip(again.Skip(1)), pair => Assert.True(pair.Second.Grid.Count < pair.First.Grid.Count || pair.Second.Grid.Count == 1));
        Assert.Equal((1, 0), (host.Log.Count(1013), host.Log.Count(1014)));

        host.Source.FailingQuery = null;
        await EngineHost.UntilAsync(() =>
        {
            host.Time.Advance(TimeSpan.FromMinutes(1));
            host.FillAsync(Duration.FromSeconds(1)).GetAwaiter().GetResult();
            return host.Log.Count(1012) > 0;
        });
        Assert.Equal((1, 1), (host.Log.Count(1013), host.Log.Count(1014)));
        await host.RunAsync(1);
        Assert.All(host.Status.Objectives, o => Assert.Equal(1, o.BackFill!.Progress));
        var answered = host.Source.Requests.Skip(before + 30 + again.Count).Where(r => r.AllowEstimate).SelectMany(r => Enumerable.Range(0, r.Grid.Count).Select(i => r.Grid.First + i)).ToList();
        Assert.Equal(answered.Count, answered.Distinct().Count());
    }

    [Theory]
    [InlineData(StepState.Unmeasured)]
    [InlineData(StepState.Missing)]
    public async Task Where_the_source_keeps_less_than_the_period_the_status_says_so_and_it_ends(StepState nothing)
    {
        using var host = Host();
        var kept = EngineHost.T0 - (72 * Hour);
        host.Source.Cells[Query] = (grid, step) => StepGrid.StartOf(step, grid.Step) < kept ? new SliCell(nothing, 0, 0) : Cell(grid);
        await host.RunAsync(1);
        await host.FillAsync(Minute);
        await host.RunAsync(1);

        var status = Status(host);
        Assert.Equal((kept, 1), (status.MeasuredSince, status.BackFill!.Progress));
        Assert.Equal((72 * 60) + 1, status.Budget.Coverage * 43_200, 6);
        Assert.InRange(Filled(host).Count, 5, 12);
        Assert.Contains(host.Log.Entries, e => e.Id == 1012 && e.Text.Contains("1 objective(s) are known for less", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_it_nothing_is_asked_for()
    {
        using var host = Host(b => b.WithBackFill(f => f with { Enabled = false }));
        await host.RunAsync(1);
        await host.FillAsync(Minute);
        await host.RunAsync(1);
        Assert.Empty(Filled(host));
        Assert.Null(Status(host).BackFill);
    }

    [Fact]
    public async Task A_meter_shows_how_far_it_is()
    {
        using var host = Host();
        var seen = new ConcurrentQueue<(double Progress, object? Source)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name == "slorollback.backfill.progress") l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => seen.Enqueue((value, tags[0].Value)));
        listener.Start();
        await host.RunAsync(1);
        await host.FillAsync(Minute);
        listener.RecordObservableInstruments();
        Assert.Contains((1.0, "scripted"), seen);
    }

    [Fact]
    public async Task A_gap_is_read_back_in_one_piece()
    {
        // Nothing is sampled for two hours; then the source can tell what grew.
        var isOver = false;
        var first = StepGrid.IndexOf(EngineHost.T0, Minute) + 5;
        using var host = Host();
        host.Source.Cells[Query] = (_, step) => step < first || step >= first + 120 ? new SliCell(StepState.Measured, 0, 600)
            : isOver ? new SliCell(StepState.Measured, 1, 600, IsRecovered: true) { IsLongGap = true } : new SliCell(StepState.Unmeasured, 0, 0);
        await host.RunAsync(126);
        isOver = true;
        var before = host.Source.Requests.Length;
        await host.RunAsync(8);

        // From the step before it, which tells from where it grew.
        Assert.Contains(host.Source.Requests.Skip(before), r => r.Grid.First == first - 1 && r.Grid.Count > 121);
        Assert.Equal(120, Status(host).Budget.Bad, 6);
    }
}
