namespace SloRollback.Tests.Docs;

/// <summary>Burn rates, and the conditions on shares of events.</summary>
internal static class BurnPictures
{
    private const int Count = 180;
    private static readonly (double, string)[] Clock = [(0, "0"), (60, "1 h"), (120, "2 h"), (180, "3 h")];

    public static Svg Rates()
    {
        var svg = new Svg("How long a 30-day budget lasts at some burn rates");
        var plot = new Plot(svg, 8, 190, (0, 30), (0, 1), "budget remaining: target 99.9 %, rolling 30 days")
            .Values((0, "0 %"), (0.5, "50 %"), (1, "100 %"))
            .Times((0, "0"), (5, "5 d"), (10, "10 d"), (15, "15 d"), (20, "20 d"), (25, "25 d"), (30, "30 d"));
        foreach (var (bad, color, at) in new[] { (100, Paint.Good, 0.9), (200, Paint.Blue, 0.72), (600, Paint.Purple, 0.54), (1440, Paint.Bad, 0.36) })
        {
            var rate = 0.0;
            var left = new Watch(Given.Tracker(percent: 99.9m, step: Given.Hour), 720, Given.Measured(0, 100_000)).Feed(720, _ => Given.Measured(bad, 100_000), t =>
            {
                rate = BurnRate.Of(t.Last(1).Bad, t.Last(1).Valid, t.Terms.Target.ErrorBudgetFraction)!.Value;
                return t.Budget().Remaining;
            });
            var spent = left.FindIndex(r => r <= 1e-9) + 1;
            plot.Line(left.Take(spent).Select((r, i) => ((i + 1) / 24.0, (double?)r)), color)
                .Label(at, color, $"{Figures.Number(rate)}: {(spent % 24 == 0 ? $"{spent / 24} d" : $"{spent} h")} ({Figures.Percent(bad / 100_000.0)} bad)");
        }

        plot.End();
        return svg;
    }

    public static Svg OneLookback()
    {
        var svg = new Svg("BurnRate: one look-back of an hour");
        var (plot, _) = Burst(svg, Given.Burn(Given.Hour, 14.4m));
        plot.End();
        return svg;
    }

    public static Svg TwoLookbacks()
    {
        var svg = new Svg("MultiWindowBurnRate: a long look-back and a short one");
        var (plot, results) = Burst(svg, Given.Burn(Given.Hour, Duration.FromMinutes(5), 14.4m));
        plot.Line(results.Select((r, i) => (i + 1.0, r.Windows[1].BurnRate)), Paint.Purple).Label(45, Paint.Purple, "short: 5 min").End();
        return svg;
    }

    public static Svg SinceDeployment()
    {
        var svg = new Svg("SinceDeployment: errors from before cannot be blamed on a hotfix");
        var hotfix = Given.Deployment("v3", 60);
        var watch = new Watch(Given.Tracker(percent: 99.9m), 120, Given.Measured(0, 1000));
        var plain = watch.On(Given.Burn(Given.Hour, 14.4m));
        var since = watch.On(Given.Burn(Given.Hour, 14.4m, sinceDeployment: true), hotfix);
        int Bad(int step) => step is >= 20 and < 60 ? 40 : step is >= 60 and < 66 ? 5 : 0;
        watch.Feed(Count, i => Given.Measured(Bad(i), 1000));
        var plot = new Plot(svg, 8, 80, (0, Count), (0, 50), "bad events per step, of 1,000", isMarked: true)
            .Values((0, "0"), (40, "40"))
            .Mark(60, "hotfix v3 starts")
            .Bars(Enumerable.Range(0, Count).Select(i => ((double)i, i + 1.0, (double)Bad(i), Paint.Bad)));
        plot.End();
        plot = new Plot(svg, plot.Next, 110, (0, Count), (0, 30), "burn rate over 1 h")
            .Values((0, "0"), (10, "10"), (20, "20"))
            .Times(Clock)
            .Line(plain.Select((r, i) => (i + 1.0, r.Windows[0].BurnRate)), Paint.Blue).Label(25, Paint.Blue, "all bad events")
            .Line(since.Select((r, i) => (i + 1.0, r.Windows[0].BurnRate)), Paint.Pink, "those since v3")
            .Limit(14.4, "above 14.4");
        plot.End();
        new Rows(svg, plot.Next).Verdicts("plain", [.. plain.Select(r => r.Verdict)]).Verdicts("SinceDeployment", [.. since.Select(r => r.Verdict)], "TooFewEvents until 5 bad").Rest();
        return svg;
    }

    public static Svg SliBelow()
    {
        var svg = new Svg("SliBelow: the share of good events over a look-back");
        var watch = new Watch(Given.Tracker(percent: 99.9m), 120, Given.Measured(0, 1000));
        var results = watch.On(new SliBelowCondition { Value = 0.99m, Lookback = Duration.FromMinutes(30) });
        // 300 bad of 30,000 is 99 % exactly, and one more is below it.
        var sli = watch.Feed(Count, i => Given.Measured(i is >= 30 and < 45 ? 20 : i is >= 90 and < 120 ? 25 : 0, 1000), t => t.Last(30).Sli);
        var plot = new Plot(svg, 8, 110, (0, Count), (0.97, 1), "share of good events over 30 min")
            .Values((0.97, "97 %"), (0.98, "98 %"), (0.99, "99 %"), (1, "100 %"))
            .Times(Clock)
            .Line(sli.Select((s, i) => (i + 1.0, s)), Paint.Blue, "SLI over 30 min")
            .Limit(0.99, "below 99 %");
        plot.Dot(45, sli[44]!.Value, Paint.Blue).End();
        svg.Text(plot.X(45), plot.Y(sli[44]!.Value) + 18, $"{Figures.Percent(sli[44])} is not below", Paint.Blue, "middle", 12);
        new Rows(svg, plot.Next).Verdicts("SliBelow", [.. results.Select(r => r.Verdict)], "Unknown: TooFewEvents").Rest();
        return svg;
    }

    private static (Plot Plot, IReadOnlyList<ConditionResult> Results) Burst(Svg svg, Condition condition)
    {
        var watch = new Watch(Given.Tracker(percent: 99.9m), 120, Given.Measured(0, 1000));
        var results = watch.On(condition);
        int Bad(int step) => step is >= 30 and < 65 ? 50 : 0;
        watch.Feed(Count, i => Given.Measured(Bad(i), 1000));
        var bars = new Plot(svg, 8, 60, (0, Count), (0, 60), "bad events per step, of 1,000: target 99.9 %")
            .Values((0, "0"), (50, "50"))
            .Bars(Enumerable.Range(0, Count).Select(i => ((double)i, i + 1.0, (double)Bad(i), Paint.Bad)));
        var plot = new Plot(svg, bars.Next, 110, (0, Count), (0, 60), "burn rate")
            .Values((0, "0"), (20, "20"), (40, "40"), (60, "60"))
            .Times(Clock)
            .Line(results.Select((r, i) => (i + 1.0, r.Windows[0].BurnRate)), Paint.Blue).Label(28, Paint.Blue, results[0].Windows.Length == 1 ? "over 1 h" : "long: 1 h")
            .Limit(14.4, "above 14.4");
        var breached = Enumerable.Range(0, Count).Where(i => results[i].Verdict == Verdict.Breached).ToList();
        new Rows(svg, plot.Next).Verdicts("condition", [.. results.Select(r => r.Verdict)], $"breached: {breached[0] + 1} to {breached[^1] + 1} min").Rest();
        return (plot, results);
    }
}
