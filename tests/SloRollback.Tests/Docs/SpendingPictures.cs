namespace SloRollback.Tests.Docs;

/// <summary>Conditions on the whole period's budget.</summary>
internal static class SpendingPictures
{
    public static Svg Remaining()
    {
        var svg = new Svg("BudgetRemaining: below a quarter of the budget");
        var watch = new Watch(Given.Tracker(percent: 99.9m, step: Given.Hour), 720, Given.Measured(0, 1000));
        var results = watch.On(new BudgetRemainingCondition { Below = 0.25m });
        int Bad(int hour) => hour switch { >= 100 and < 104 => 45, >= 300 and < 305 => 50, >= 500 and < 502 => 80, _ => 0 };
        var budgets = watch.Feed(40 * 24, i => Given.Measured(Bad(i), 1000), t => t.Budget());
        var limit = budgets[0];
        var plot = new Plot(svg, 8, 180, (0, 40), (0, 1), "budget remaining: 99.9 % of 1,000 events an hour, rolling 30 days")
            .Values((0, "0 %"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (1, "100 %"))
            .Times((0, "0"), (10, "10 d"), (20, "20 d"), (30, "30 d"), (40, "40 d"))
            .Line(budgets.Select((b, i) => ((i + 1) / 24.0, (double?)b.Remaining)), Paint.Blue)
            .Limit(0.25, $"below 25 %,")
            .Label(0.24, Paint.Bad, $"= {Figures.Number(limit.Total * 0.25)} events,", $"= {Figures.Number(limit.TotalMinutes * 0.25)} minutes");
        plot.Dot(40, budgets[^1].Remaining, Paint.Blue).Label(budgets[^1].Remaining, Paint.Blue, $"now {Figures.Percent(budgets[^1].Remaining, 1)}").End();
        new Rows(svg, plot.Next).Verdicts("BudgetRemaining", [.. results.Select(r => r.Verdict)]);
        return svg;
    }

    public static Svg Consumed()
    {
        var svg = new Svg("BudgetConsumed and burn rate: the same share of errors by night and by day");
        var tracker = Given.Tracker(percent: 99.9m);
        static double Valid(long minute) => minute % 1440 is var m && m is >= 480 and < 1200 ? 2000 : 100;
        for (var i = Given.Step0 - 43_200; i < Given.Step0; i++) tracker.Record(i, Given.Measured(0, Valid(i)));
        var watch = new Watch(tracker);
        var consumed = watch.On(new BudgetConsumedCondition { Lookback = Given.Hour, Above = 0.05m });
        var burn = watch.On(Given.Burn(Given.Hour, 14.4m));
        // From 02:00 and from 12:00, for 25 minutes.
        watch.Feed(1080, i => Given.Measured(i is (>= 120 and < 145) or (>= 720 and < 745) ? Valid(i) * 0.15 : 0, Valid(i)));
        (double, string)[] clock = [(0, "00:00"), (180, "03:00"), (360, "06:00"), (540, "09:00"), (720, "12:00"), (900, "15:00"), (1080, "18:00")];
        double Hour(int i) => i + 1;
        var plot = new Plot(svg, 8, 70, (0, 1080), (0, 2200), "events per minute; 15 % fail for 25 min at 02:00 and at 12:00")
            .Values((0, "0"), (2000, "2,000"))
            .Line(Enumerable.Range(0, 1080).Select(i => (Hour(i), (double?)Valid(i))), Paint.Good, "valid");
        plot.End();
        plot = new Plot(svg, plot.Next, 80, (0, 1080), (0, 70), "burn rate over 1 h")
            .Values((0, "0"), (50, "50"))
            .Line(burn.Select((r, i) => (Hour(i), r.Windows[0].BurnRate)), Paint.Purple)
            .Label(45, Paint.Purple, $"highest: {Figures.Number(burn.Take(600).Max(r => r.Windows[0].BurnRate), 1)} by night,", $"{Figures.Number(burn.Skip(600).Max(r => r.Windows[0].BurnRate), 1)} by day")
            .Limit(14.4, "above 14.4", Paint.Purple);
        plot.End();
        plot = new Plot(svg, plot.Next, 80, (0, 1080), (0, 0.2), "share of the 30-day budget that the last hour burned")
            .Values((0, "0 %"), (0.2, "20 %"))
            .Times(clock)
            .Line(consumed.Select((r, i) => (Hour(i), r.BudgetShare)), Paint.Blue)
            .Label(0.17, Paint.Blue, $"highest: {Figures.Percent(consumed.Take(600).Max(r => r.BudgetShare), 1)} by night,", $"{Figures.Percent(consumed.Skip(600).Max(r => r.BudgetShare), 1)} by day")
            .Limit(0.05, "above 5 %");
        plot.End();
        new Rows(svg, plot.Next)
            .Verdicts("BurnRate", [.. burn.Select(r => r.Verdict)], "Unknown: TooFewEvents")
            .Verdicts("BudgetConsumed", [.. consumed.Select(r => r.Verdict)])
            .Rest();
        return svg;
    }

    public static Svg SinceDeployment()
    {
        var svg = new Svg("BudgetConsumedSinceDeployment: what a release has burned so far");
        var release = Given.Deployment("v2", 60);
        var watch = new Watch(Given.Tracker(percent: 99.9m), 43_200, Given.Measured(0, 100));
        var results = watch.On(new BudgetConsumedSinceDeploymentCondition { Above = 0.01m }, release);
        int Bad(int step) => step is >= 20 and < 40 ? 4 : step >= 75 ? 1 : 0;
        watch.Feed(180, i => Given.Measured(Bad(i), 100));
        var plot = new Plot(svg, 8, 60, (0, 180), (0, 5), "bad events per step, of 100: target 99.9 %, rolling 30 days", isMarked: true)
            .Values((0, "0"), (4, "4"))
            .Mark(60, "v2 starts")
            .Bars(Enumerable.Range(0, 180).Select(i => ((double)i, i + 1.0, (double)Bad(i), Paint.Bad)));
        plot.End();
        plot = new Plot(svg, plot.Next, 110, (0, 180), (0, 0.03), "share of the period's budget burned since v2")
            .Values((0, "0 %"), (0.01, "1 %"), (0.02, "2 %"), (0.03, "3 %"))
            .Times((0, "0"), (60, "1 h"), (120, "2 h"), (180, "3 h"))
            .Line(results.Select((r, i) => (i + 1.0, r.BudgetShare)), Paint.Blue, $"now {Figures.Percent(results[^1].BudgetShare)}")
            .Limit(0.01, $"above 1 % = {Figures.Number(watch.Tracker.Budget().Total * 0.01)} events");
        plot.End();
        new Rows(svg, plot.Next).Verdicts("condition", [.. results.Select(r => r.Verdict)]);
        return svg;
    }
}
