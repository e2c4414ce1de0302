namespace SloRollback.Tests.Docs;

/// <summary>What conditions are put together with, and what is said when nothing is known.</summary>
internal static class LogicPictures
{
    private static readonly Verdict[] Verdicts = [Verdict.Breached, Verdict.NotBreached, Verdict.Unknown];

    public static Svg For()
    {
        var svg = new Svg("For: how long a condition has held, with the clock stopped while nothing is known");
        var watch = new Watch(Given.Tracker(percent: 99.9m), 120, Given.Measured(0, 1000));
        var part = Given.Burn(Duration.FromMinutes(5), 6);
        var results = watch.On(new ForCondition { Condition = part, Duration = Duration.FromMinutes(10) });
        watch.Feed(60, i => i is >= 36 and < 42 ? Given.Unmeasured : Given.Measured(i is (>= 8 and < 12) or (>= 28 and < 52) ? 40 : 2, 1000));
        var rows = new Rows(svg, 8).Verdicts("BurnRate", [.. results.Select(r => r.Parts[0].Verdict)], "burn rate over 5 min > 6");
        var plot = new Plot(svg, rows.Top + 6, 120, (0, 60), (0, 20), "minutes that it has held")
            .Values((0, "0"), (10, "10"), (20, "20"))
            .Times((0, "0"), (15, "15 min"), (30, "30 min"), (45, "45 min"), (60, "1 h"))
            .Line(results.Select((r, i) => (i + 1.0, r.HeldFor?.TotalMinutes)), Paint.Blue)
            .Limit(10, "for 10 minutes");
        plot.End();
        new Rows(svg, plot.Next).Verdicts("For 10 min", [.. results.Select(r => r.Verdict)]).Rest();
        return svg;
    }

    public static Svg Kleene()
    {
        var svg = new Svg("All and Any in three-valued logic");
        Table(svg, 20, "All", parts => new AllCondition { Conditions = parts });
        Table(svg, 470, "Any", parts => new AnyCondition { Conditions = parts });
        return svg;
    }

    public static Svg Unknown()
    {
        var svg = new Svg("What a burn-rate condition says when it cannot see");
        var watch = new Watch(Given.Tracker(percent: 99.9m));
        var results = watch.On(Given.Burn(Duration.FromMinutes(30), 10));
        SliStep Step(int i) => i switch
        {
            >= 50 and < 55 or >= 90 and < 112 => Given.Unmeasured,
            >= 80 and < 90 => Given.Measured(60, 1000),
            _ => Given.Measured(i >= 4 ? 1 : 0, 1000),
        };
        watch.Feed(180, Step);
        var rows = new Rows(svg, 8)
            .Row("steps", [.. Enumerable.Range(0, 180).Select(i => Paint.Of(Step(i).State) with { Text = "" })], "grey: Unmeasured", isJoined: true)
            .Verdicts("verdict", [.. results.Select(r => r.Verdict)])
            .Row("why Unknown", [.. results.Select(r => Reason(r.Reason))], isJoined: true);
        var plot = new Plot(svg, rows.Top + 6, 110, (0, 180), (0, 24), "burn rate over 30 min: unmeasured steps count as valid and none bad")
            .Values((0, "0"), (10, "10"), (20, "20"))
            .Times((0, "0"), (60, "1 h"), (120, "2 h"), (180, "3 h"))
            .Line(results.Select((r, i) => (i + 1.0, r.Windows[0].BurnRate)), Paint.Blue, "burn rate")
            .Limit(10, "above 10");
        plot.End();
        new Rows(svg, plot.Next).Legend(
            [(Paint.Of(Verdict.Breached) with { Text = "" }, "Breached"), .. results.Select(r => r.Reason).Where(r => r != UnknownReason.None).Distinct().Select(r => (Reason(r) with { Text = "" }, r.ToString()))]);
        return svg;
    }

    private static Cell Reason(UnknownReason reason) => reason switch
    {
        UnknownReason.None => new(Paint.White),
        UnknownReason.TooFewEvents => new(Paint.PaleBlue),
        UnknownReason.StillFilling => new(Paint.PalePurple),
        UnknownReason.NewestStepUnmeasured => new(Paint.Pale),
        _ => new(Paint.PaleAmber),
    };

    private static void Table(Svg svg, double left, string name, Func<ImmutableArray<Condition>, Condition> combine)
    {
        svg.Text(left, 24, name, isBold: true);
        for (var column = 0; column < Verdicts.Length; column++)
            svg.Text(left + 152 + (column * 96), 24, Verdicts[column].ToString(), Paint.Grey, "middle", 12);
        for (var row = 0; row < Verdicts.Length; row++)
        {
            svg.Text(left + 92, 62 + (row * 44), Verdicts[row].ToString(), Paint.Grey, "end", 12);
            for (var column = 0; column < Verdicts.Length; column++)
            {
                var cell = Paint.Of(Judge(combine([Part(Verdicts[row]), Part(Verdicts[column])])));
                svg.Rectangle(left + 104 + (column * 96), 38 + (row * 44), 92, 40, cell.Fill);
                svg.Text(left + 150 + (column * 96), 62 + (row * 44), cell.Text, cell.Ink, "middle", 12);
            }
        }
    }

    // 60 steps with 1 % of bad events, and one that is 100 minutes short: conditions that say what is wanted of them.
    private static BurnRateCondition Part(Verdict verdict) => verdict switch
    {
        Verdict.Breached => Given.Burn(Given.Hour, 5),
        Verdict.NotBreached => Given.Burn(Given.Hour, 50),
        _ => Given.Burn(Duration.FromDays(1), 50),
    };

    private static Verdict Judge(Condition condition)
    {
        var watch = new Watch(Given.Tracker(percent: 99.9m));
        var results = watch.On(condition);
        watch.Feed(60, _ => Given.Measured(10, 1000));
        return results[^1].Verdict;
    }
}
