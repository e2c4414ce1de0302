namespace SloRollback.Tests.Docs;

/// <summary>Composites.</summary>
internal static class CompositePictures
{
    public static Svg Kinds()
    {
        var svg = new Svg("Two members and the three kinds of composites of them");
        var slices = new TimeSlices { Threshold = 0.5m };
        Objective Member(string id) => Readers.Objective(Readers.Gauge, BudgetingMethod.Timeslices, slices) with { Id = id, Period = CompliancePeriod.Rolling(Given.Hour), Target = Given.Slo(80) };
        Objective Composite(CompositeKind kind) => Member(kind.ToString()) with
        {
            Budgeting = BudgetingMethod.Occurrences,
            Slices = null,
            Indicator = new CompositeIndicator
            {
                Kind = kind,
                Members = [new CompositeMember { Service = Given.Service, Objective = "shop", Weight = 2 }, new CompositeMember { Service = Given.Service, Objective = "pay", Weight = 1 }],
            },
        };
        var state = new EngineState(new EngineSettings(),
        [
            new MonitoredService { Id = Given.Service, Objectives = [Member("shop"), Member("pay"), .. Enum.GetValues<CompositeKind>().Select(Composite)] },
        ]);
        SliCell Cell(bool isBad) => new(StepState.Measured, isBad ? 1 : 0, 0);
        var shop = Enumerable.Range(0, 60).Select(i => Cell(i is >= 10 and < 18)).ToArray();
        var pay = Enumerable.Range(0, 60).Select(i => Cell(i is >= 14 and < 26 or 50)).ToArray();
        ObjectiveReadings Read(SliCell[] cells) => new(SliOutcome.Read(null), Given.Step0, cells);
        var none = new ObjectiveReadings(SliOutcome.Read(null), Given.Step0, ReadOnlyMemory<SliCell>.Empty);
        Engine.Step(state, new EngineInput(
            [Read(shop), Read(pay), none, none, none], ImmutableDictionary<DeploymentTarget, TargetHistory>.Empty, GuardState.Empty, Given.At(60), new HashSet<RollbackId>()));

        var rows = new Rows(svg, 8);
        ObjectiveState Of(string id) => state.Objectives.Single(o => o.Key.Objective == id);
        List<Cell> Strip(ObjectiveTracker tracker) =>
            [.. Enumerable.Range(0, 60).Select(i => new Cell(tracker.Between(Given.Step0 + i, Given.Step0 + i + 1).Bad > 0 ? Paint.Bad : Paint.PaleGood))];
        rows.Row("shop, weight 2", Strip(Of("shop").Tracker!), Says(Of("shop")), isJoined: true)
            .Row("pay, weight 1", Strip(Of("pay").Tracker!), Says(Of("pay")), isJoined: true)
            .Row("All", Strip(Of("All").Tracker!), Says(Of("All")), isJoined: true)
            .Times(60, (0, "0"), (15, "15 min"), (30, "30 min"), (45, "45 min"), (60, "1 h"));
        var plot = new Plot(svg, rows.Top, 100, (0, 5), (0, 0.4), "share of bad slices of the hour; the target of 80 % allows 20 %")
            .Values((0, "0 %"), (0.4, "40 %"));
        foreach (var (id, i) in state.Objectives.Select((o, i) => (o.Key.Objective, i)))
        {
            var bad = 1 - Of(id).Counts.Budget().Sli!.Value;
            plot.Bars([(i + 0.25, i + 0.83, bad, i < 2 ? Paint.PaleBlue : Paint.Blue)]).Times((i + 0.5, id)).Note(i + 0.5, 0, Figures.Percent(bad, 1), i < 2 ? Paint.Ink : Paint.White);
        }

        plot.Limit(0.2, "allowed: 20 %").End();
        return svg;
    }

    private static string Says(ObjectiveState objective)
    {
        var budget = objective.Counts.Budget();
        return $"SLI {Figures.Percent(budget.Sli)}, {Figures.Percent(budget.Remaining, 0)} left";
    }
}
