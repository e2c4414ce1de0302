using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Rollbacks;
using SloRollback.Services;

namespace SloRollback.Hosting.Tests.Running;

/// <summary>Objectives of every kind beside the usual one, from definition to status.</summary>
public sealed class KindsTests
{
    private const string Queue = "orders/production/queue";

    private static readonly Duration Minute = Duration.FromMinutes(1);
    private static readonly Duration Slice = Duration.FromMinutes(5);

    [Fact]
    public async Task A_slice_objective_is_read_once_a_slice_on_a_grid_of_slices()
    {
        using var host = Host(service => service.Objective("queue", 99m, CompliancePeriod.Rolling(1), slo => slo
            .Gauge("queue_length")
            .Timeslices(Slice, ComparisonOperator.LessOrEqual, 30)));
        host.Source.Cells[Queue] = (grid, _) => new SliCell(StepState.Measured, grid.Step == Slice ? 31 : 29, 0);
        await host.RunAsync(1);
        var atStart = host.Source.AskedFor[Queue].ToList();
        await host.RunAsync(20);
        var later = host.Source.AskedFor[Queue].Skip(atStart.Count).ToList();

        // 7 hours are read back, in pieces of 60; T0 is the end of a slice, and so is every fifth minute after it.
        Assert.All(atStart, grid => Assert.Equal(Slice, grid.Step));
        Assert.Equal(7 * 12, atStart.Sum(grid => grid.Count));
        Assert.Equal(EngineHost.T0, atStart[^1].End);
        Assert.Equal(
            Enumerable.Range(1, 4).Select(i => (EngineHost.T0 + (Slice * i), 1, Slice)), later.Select(grid => (grid.End, grid.Count, grid.Step)));
        Assert.Equal(7 + 20, host.Source.AskedFor["checkout/production/availability"].Count());

        var status = Status(host, "queue");
        Assert.Equal(EngineHost.T0 + (Slice * 4), status.MeasuredUntil);
        Assert.Equal((7 * 12) + 4, status.Budget.Bad);
        Assert.Equal(0.01 * 288, status.Budget.Total, 9);
        Assert.Equal(0, status.Sli);
    }

    [Fact]
    public async Task A_composite_has_its_members_status_and_is_not_read()
    {
        using var host = Host(service => service
            .Objective("good", 99m, slo => slo.Events(valid: "v", bad: "b"))
            .Objective("worse", 99m, slo => slo.Latency("h", Minute))
            .Objective("mean", 99m, slo => slo.Composite(("good", 3), ("worse", 1), ("checkout/availability", 4)))
            .Objective("least", 99m, slo => slo.Composite(CompositeKind.Least, "good", "worse")));
        host.Source.Cells["orders/production/worse"] = (_, _) => new SliCell(StepState.Measured, 540, 600);
        await host.RunAsync(3);

        Assert.Equal(
            ["checkout/production/availability", "orders/production/good", "orders/production/worse"],
            host.Source.AskedFor.Select(asked => asked.Key).Order());
        Assert.Equal(1, Status(host, "good").Sli);
        Assert.Equal(0.9, Status(host, "worse").Sli!.Value, 9);
        Assert.Equal(1 - (0.1 / 8), Status(host, "mean").Sli!.Value, 9);
        Assert.Equal(0.9, Status(host, "least").Sli!.Value, 9);
        Assert.Equal(EngineHost.T0 + (2 * Minute), Status(host, "mean").MeasuredUntil);
        Assert.True(Status(host, "least").Budget.Remaining < Status(host, "mean").Budget.Remaining);
    }

    [Fact]
    public async Task All_of_some_slices_is_bad_where_any_is()
    {
        ObjectiveBuilder Sliced(ObjectiveBuilder slo, string name) => slo.Gauge(name).Timeslices(Slice, ComparisonOperator.Less, 1);
        using var host = Host(service => service
            .Objective("odd", 90m, CompliancePeriod.Rolling(1), slo => Sliced(slo, "odd"))
            .Objective("third", 90m, CompliancePeriod.Rolling(1), slo => Sliced(slo, "third"))
            .Objective("both", 90m, slo => slo.Composite(CompositeKind.All, "odd", "third")));
        host.Source.Cells["orders/production/odd"] = (_, step) => new SliCell(StepState.Measured, step % 2, 0);
        host.Source.Cells["orders/production/third"] = (_, step) => new SliCell(StepState.Measured, step % 3 == 0 ? 1 : 0, 0);
        await host.RunAsync(6);

        Assert.Equal(2.0 / 6, Status(host, "both").Sli!.Value, 0.02);
    }

    [Fact]
    public async Task A_composite_rolls_back_the_member_whose_release_spent_the_budget()
    {
        var release = EngineHost.T0 + (10 * Minute);
        using var host = Host(service => service
            .DeployedOn("fake", "orders")
            .Objective("good", 99.9m, slo => slo.Events(valid: "v", bad: "b"))
            .Objective("shopping", 99.9m, slo => slo
                .Composite(CompositeKind.WeightedAverage, "good", "checkout/availability")
                .RollBack("bad-release", mode: RollbackMode.Automatic)),
            EngineHost.BadFrom(release, 0.3), RollbackMode.Observe);
        host.Source.Cells["orders/production/good"] = (_, _) => new SliCell(StepState.Measured, 0, 600);
        await host.RunAsync(10);
        host.Recorder.Record(EngineHost.Done(EngineHost.V2, release));
        await host.RunAsync(30);

        var call = Assert.Single(host.Platform.Calls);
        Assert.Equal((EngineHost.Target, EngineHost.V2, EngineHost.V1), (call.Target, call.From, call.To));
    }

    [Fact]
    public async Task A_finished_period_of_the_calendar_is_in_the_status()
    {
        // There T0 is midnight, and the first of the month.
        using var host = Host(service => service.Objective("monthly", 99m, CompliancePeriod.Month("Etc/GMT+12"), slo => slo.Events(valid: "v", bad: "b")));
        host.Source.Cells["orders/production/monthly"] = (grid, step) =>
            new SliCell(StepState.Measured, StepGrid.StartOf(step, grid.Step) < EngineHost.T0 ? 6 : 60, 600);
        await host.RunAsync(10);

        var status = Status(host, "monthly");
        var finished = Assert.Single(status.History);
        Assert.Equal((Instant.FromUtc(2026, 2, 1, 12, 0), EngineHost.T0), (finished.Start, finished.End));
        Assert.Equal(0.99m, finished.Target.Fraction);
        Assert.Equal(0.99, finished.Budget.Sli!.Value, 9);
        Assert.Equal(420 * 6, finished.Budget.Bad);
        Assert.Equal(0.9, status.Sli!.Value, 9);
        Assert.Equal(9 * 60, status.Budget.Bad);
    }

    [Fact]
    public async Task Downtimes_of_everywhere_take_steps_out()
    {
        var from = EngineHost.T0 + (2 * Minute);
        using var host = Host(
            service => service
                .Downtime(new OneOffDowntime { Id = "service", Start = from + Minute, End = from + (2 * Minute) })
                .Objective("events", 99m, slo => slo
                    .Events(valid: "v", bad: "b")
                    .Downtime(new OneOffDowntime { Id = "objective", Start = from, End = from + Minute })),
            more: b => b.WithDowntime(new OneOffDowntime { Id = "all", Start = from + (2 * Minute), End = from + (3 * Minute) }));
        host.Source.Cells["orders/production/events"] = (grid, step) =>
            new SliCell(StepState.Measured, StepGrid.StartOf(step, grid.Step) >= from ? 600 : 0, 600);
        await host.RunAsync(7);

        // T0 + 6 min is the end of the newest step: of the four bad ones three are excluded.
        Assert.Equal(600, Status(host, "events").Budget.Bad);
    }

    [Fact]
    public async Task A_reset_forgives_what_was_bad_before_it()
    {
        using var host = Host(service => service.Objective("events", 99m, slo => slo
            .Events(valid: "v", bad: "b")
            .ResetBudget("after", EngineHost.T0, "moved", "anna")));
        host.Source.Cells["orders/production/events"] = (_, _) => new SliCell(StepState.Measured, 6, 600);
        await host.RunAsync(11);

        var budget = Status(host, "events").Budget;
        Assert.Equal((60, 420 * 6), (budget.Bad, budget.Forgiven));
        Assert.Equal(0.99, budget.Sli!.Value, 9);
    }

    private static EngineHost Host(
        Action<MonitoredServiceBuilder> describe,
        Func<long, SliCell>? cell = null,
        RollbackMode mode = RollbackMode.Automatic,
        Action<ISloRollbackBuilder>? more = null) =>
        new(cell ?? (_ => new SliCell(StepState.Measured, 0, 600)), mode, builder =>
        {
            builder.AddMonitoredService("orders", "production", describe);
            more?.Invoke(builder);
        });

    private static ObjectiveStatus Status(EngineHost host, string objective) =>
        host.Status.Objectives.Single(o => o.Key == new ObjectiveKey(new ServiceId("orders", "production"), objective));
}
