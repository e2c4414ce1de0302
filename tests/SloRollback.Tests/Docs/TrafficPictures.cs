namespace SloRollback.Tests.Docs;

/// <summary>The condition on traffic.</summary>
internal static class TrafficPictures
{
    public static Svg Lost()
    {
        var svg = new Svg("TrafficLost: a release that is not reached any more makes no bad events");
        var release = Given.Deployment("v2", 85, length: 5);
        var watch = new Watch(Given.Tracker(percent: 99.9m));
        var results = watch.On(new TrafficLostCondition(), release);
        double Valid(int step) => step < 88 ? 60 + (step * 7 % 11) : step is >= 112 and < 122 ? 40 + (step * 5 % 7) : 6 + (step * 3 % 5);
        watch.Feed(150, i => Given.Measured(0, Valid(i)));
        var lost = results.First(r => r.Verdict == Verdict.Breached);
        var at = results.ToList().IndexOf(lost) + 1;
        var rate = lost.ExpectedValid!.Value / (at - 90);
        var plot = new Plot(svg, 8, 150, (0, 150), (0, 80), "valid events per step; none of them is bad", isMarked: true)
            .Values((0, "0"), (40, "40"), (80, "80"))
            .Times((0, "0"), (30, "30 min"), (60, "1 h"), (90, "1 h 30 min"), (120, "2 h"), (150, "2 h 30 min"))
            .Bars(Enumerable.Range(0, 150).Select(i => ((double)i, i + 1.0, Valid(i), Paint.PaleBlue)))
            .Limit(rate, $"expected a step: {Figures.Number(rate, 1)}", Paint.Ink)
            .Limit(rate * 0.4, $"40 % of it: {Figures.Number(rate * 0.4, 1)}")
            .Mark(85, "v2 starts", Paint.Pink, "end")
            .Mark(90, "rollout ends", Paint.Pink, "start");
        plot.Label(70, Paint.Blue, $"seen by {at} min: {Figures.Number(lost.ObservedValid)}", $"expected: {Figures.Number(lost.ExpectedValid, 0)}").End();
        new Rows(svg, plot.Next).Verdicts("TrafficLost", [.. results.Select(r => r.Verdict)], "ends while traffic is back").Rest();
        return svg;
    }
}
