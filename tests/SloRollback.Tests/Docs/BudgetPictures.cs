namespace SloRollback.Tests.Docs;

/// <summary>Error budgets.</summary>
internal static class BudgetPictures
{
    private static readonly TimeSlices Hours = Readers.AtLeast99 with { Length = Given.Hour };

    public static Svg Methods()
    {
        var svg = new Svg("One day by the three budgeting methods: what each hour takes from the SLI");
        int[] valid = [120, 100, 80, 80, 100, 150, 400, 900, 1400, 1800, 2000, 2200, 2400, 2300, 2200, 2100, 2000, 1800, 1500, 1200, 800, 500, 300, 200];
        var bad = valid.Select((v, i) => i switch { 3 => v, 12 => v * 5 / 100, 13 => v * 5 / 1000, _ => 0 }).ToArray();
        var cells = valid.Select((v, i) => Readers.Cell(bad[i], v)).ToList();
        var plot = new Plot(svg, 8, 90, (0, 24), (0, 2500), "events per hour: all fail at 03:00, 5 % at 12:00, 0.5 % at 13:00")
            .Values((0, "0"), (1000, "1,000"), (2000, "2,000"))
            .Bars(valid.Select((v, i) => (i + 0.07, i + 1.0, (double)v, Paint.PaleGood)))
            .Bars(bad.Select((b, i) => (i + 0.07, i + 1.0, (double)b, Paint.Bad)));
        plot.Label(1500, Paint.Good, "good").Label(150, Paint.Bad, "bad").End();
        var top = plot.Next;
        foreach (var method in Enum.GetValues<BudgetingMethod>())
        {
            var objective = Readers.Objective(Readers.BadOfValid, method, method == BudgetingMethod.Occurrences ? null : Hours) with { Period = CompliancePeriod.Rolling(1) };
            var (tracker, reader) = (Given.Tracker(objective, Given.Hour), StepReader.Create(objective, 100));
            var first = StepGrid.IndexOf(Given.T0, Given.Hour);
            var steps = cells.Select((cell, i) => reader.Read(first + i, cell, out _)).ToList();
            for (var i = 0; i < steps.Count; i++) tracker.Record(first + i, steps[i]);
            var budget = tracker.Budget();
            plot = new Plot(svg, top, 64, (0, 24), (0, 0.05), method.ToString())
                .Values((0, "0 %"), (0.05, "5 %"))
                .Bars(steps.Select((s, i) => (i + 0.07, i + 1.0, s.Bad / budget.Valid, Paint.Bad)));
            plot.Label(0.04, Paint.Ink, $"SLI {Figures.Percent(budget.Sli)}")
                .Label(0.01, Paint.Grey, method == BudgetingMethod.Occurrences ? $"{Figures.Number(budget.Bad)} bad of {Figures.Number(budget.Valid)} events" : $"{Figures.Number(budget.Bad)} bad of {Figures.Number(budget.Valid)} slices")
                .End();
            top = plot.Next;
        }

        plot.Times((0, "00:00"), (6, "06:00"), (12, "12:00"), (18, "18:00"), (24, "24:00"));
        return svg;
    }

    public static Svg Bands()
    {
        var svg = new Svg("Remaining error budget and its bands, by bad slices");
        var objective = Readers.Objective(Readers.Gauge, BudgetingMethod.Timeslices, new TimeSlices { Length = Given.Minute });
        var tracker = Given.Tracker(objective);
        var slices = (int)(Given.Month / Given.Minute);
        tracker.Fill(Given.Step0, slices, Given.Measured(0, 1));
        var budgets = new List<ErrorBudget> { tracker.Budget() };
        for (var i = 0; i < 480; i++)
        {
            tracker.Record(tracker.Next, Given.Measured(1, 1));
            budgets.Add(tracker.Budget());
        }

        var plot = new Plot(svg, 8, 210, (0, 480), (-0.12, 1), $"budget remaining: Timeslices, target 99 %, 30 days: {Figures.Number(slices)} slices, {Figures.Number(budgets[0].Total)} of them may be bad");
        foreach (var band in budgets.Select((b, i) => (b.Band, Bad: i)).GroupBy(b => b.Band))
        {
            plot.Stretch(band.First().Bad, band.Key == BudgetBand.Exhausted ? 480 : band.Last().Bad + 1, Paint.Of(band.Key));
            plot.Times((band.First().Bad, band.First().Bad.ToString(CultureInfo.InvariantCulture)));
        }

        plot.Values((0, "0 %"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (1, "100 %"))
            .Line(budgets.Select((b, i) => ((double)i, (double?)b.Remaining)), Paint.Ink);
        foreach (var (band, at) in new[] { (BudgetBand.Healthy, 0.87), (BudgetBand.Observe, 0.62), (BudgetBand.NeedsAttention, 0.37), (BudgetBand.Unhealthy, 0.12), (BudgetBand.Exhausted, -0.08) })
            plot.Label(at, Paint.Ink, Named(band, budgets));
        plot.End();
        svg.Text(Plot.Right + 10, plot.Bottom + 17, "bad slices", Paint.Grey, size: 12);
        return svg;
    }

    public static Svg Whole()
    {
        var svg = new Svg("The whole period's budget and the budget so far, in a month of the calendar");
        var objective = Given.Events(99.9m, CompliancePeriod.Month());
        var tracker = Given.Tracker(objective, Given.Hour);
        var start = StepGrid.IndexOf(Instant.FromUtc(2026, 3, 1, 0, 0), Given.Hour);
        tracker.Fill(start, 31 * 24, Given.Measured(0, 1000));
        var results = new List<Verdict>();
        var (node, _) = ConditionCompiler.Compile(new PolicyRule { Id = "low", When = new BudgetRemainingCondition { Below = 0.25m } }, tracker.Terms);
        var budgets = Enumerable.Range(0, 30 * 24).Select(hour =>
        {
            tracker.Record(tracker.Next, Given.Measured(hour is >= 30 and < 33 ? 70 : 0, 1000));
            results.Add(node.Judge(new EvaluatedObjective(tracker)).Verdict);
            return tracker.Budget();
        }).ToList();
        double Day(int hour) => (hour + 1) / 24.0;
        var plot = new Plot(svg, 8, 130, (0, 30), (0, 800), "bad events, and how many are allowed: target 99.9 %, 1,000 events an hour, April")
            .Values((0, "0"), (400, "400"), (800, "800"))
            .Line(budgets.Select((b, i) => (Day(i), (double?)b.Total)), Paint.Blue, "whole period")
            .Line(budgets.Select((b, i) => (Day(i), (double?)b.TotalSoFar)), Paint.Purple)
            .Label(600, Paint.Purple, "so far")
            .Line(budgets.Select((b, i) => (Day(i), (double?)b.Bad)), Paint.Bad, $"bad: {Figures.Number(budgets[^1].Bad)}");
        plot.End();
        plot = new Plot(svg, plot.Next, 130, (0, 30), (-6, 1), "budget remaining")
            .Values((-6, "−600 %"), (-4, "−400 %"), (-2, "−200 %"), (0, "0 %"))
            .Times((0, "1 April"), (10, "11 April"), (20, "21 April"), (30, "1 May"))
            .Line(budgets.Select((b, i) => (Day(i), (double?)b.RemainingSoFar)), Paint.Purple)
            .Line(budgets.Select((b, i) => (Day(i), (double?)b.Remaining)), Paint.Blue, $"whole period: {Figures.Percent(budgets[^1].Remaining, 1)}");
        var least = budgets.MinBy(b => b.RemainingSoFar);
        plot.Dot(Day(budgets.IndexOf(least)), least.RemainingSoFar, Paint.Purple)
            .Label(least.RemainingSoFar, Paint.Purple, $"so far: {Figures.Percent(least.RemainingSoFar, 0)} on day 2").End();
        new Rows(svg, plot.Next).Verdicts("below 25 % left?", results, "Unknown: under 10 % seen");
        return svg;
    }

    public static Svg Reset()
    {
        var svg = new Svg("A budget reset forgives bad events, and leaves burn rates as they are");
        var resetAt = Given.T0 + Duration.FromDays(12);
        var plain = Given.Events(99.9m) with { Annotations = [new Annotation { Id = "move", Start = Given.T0 + Duration.FromDays(8), Text = "database moved" }] };
        var forgiven = plain with { Resets = [new BudgetReset { Id = "move", At = resetAt, Reason = "the database was moved", By = "anna" }] };
        SliStep Step(int hour) => Given.Measured(hour switch { >= 192 and < 198 => 90, >= 264 and < 268 => 40, >= 400 and < 404 => 35, _ => 0 }, 1000);
        List<(double Remaining, double? Burn)> Read(Objective objective) => new Watch(Given.Tracker(objective, Given.Hour), 720, Given.Measured(0, 1000))
            .Feed(24 * 24, Step, t => (t.Budget().Remaining, BurnRate.Of(t.Last(24).Bad, t.Last(24).Valid, t.Terms.Target.ErrorBudgetFraction)));
        var (without, with) = (Read(plain), Read(forgiven));
        var plot = new Plot(svg, 8, 150, (0, 24), (-0.25, 1), "budget remaining", isMarked: true)
            .Values((0, "0 %"), (0.5, "50 %"), (1, "100 %"))
            .Line(without.Select((r, i) => ((i + 1) / 24.0, (double?)r.Remaining)), Paint.Grey, $"without: {Figures.Percent(without[^1].Remaining, 1)}")
            .Line(with.Select((r, i) => ((i + 1) / 24.0, (double?)r.Remaining)), Paint.Blue, $"with reset: {Figures.Percent(with[^1].Remaining, 1)}")
            .Mark((resetAt - Given.T0).TotalDays, "reset", Paint.Pink)
            .Mark((plain.Annotations[0].Start - Given.T0).TotalDays, "note: " + plain.Annotations[0].Text, Paint.Amber, "end");
        plot.End();
        plot = new Plot(svg, plot.Next, 100, (0, 24), (0, 25), "burn rate over 1 day")
            .Values((0, "0"), (10, "10"), (20, "20"))
            .Times((0, "0"), (6, "6 d"), (12, "12 d"), (18, "18 d"), (24, "24 d"))
            .Line(without.Select((r, i) => ((i + 1) / 24.0, r.Burn)), Paint.Grey)
            .Line(with.Select((r, i) => ((i + 1) / 24.0, r.Burn)), Paint.Blue, without.Select(r => r.Burn).SequenceEqual(with.Select(r => r.Burn)) ? "the same with and without" : "differs");
        plot.End();
        return svg;
    }

    private static string Named(BudgetBand band, List<ErrorBudget> budgets)
    {
        var (first, last) = (budgets.FindIndex(b => b.Band == band), budgets.FindLastIndex(b => b.Band == band));
        return band == BudgetBand.Exhausted ? $"{band}: {first} or more" : $"{band}: {first} to {last}";
    }
}
