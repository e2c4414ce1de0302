namespace SloRollback.Tests.Docs;

/// <summary>Episodes and the runs of errors that they lie in.</summary>
internal static class EpisodePictures
{
    public static Svg Episodes()
    {
        var svg = new Svg("Two episodes: one recovers, one is lost from sight", 300);
        const int Count = 300;
        int Bad(int step) => step is (>= 40 and < 55) or >= 170 ? 4 : 0;
        var rule = new PolicyRule { Id = "errors", When = Given.Burn(Given.Hour, Duration.FromMinutes(5), 14.4m) };
        var flow = new Flow(step => step < 190 ? Flow.Cell(Bad(step)) : new SliCell(StepState.Unmeasured, 0, 0), rule);
        var verdicts = new List<Verdict>();
        for (var step = 0; step < Count; step++)
        {
            flow.To(step);
            verdicts.Add(flow.State.Objectives[0].Rules[0].Judgement.Verdict);
        }

        var plot = new Plot(svg, 8, 70, (0, Count), (0, 6), "bad events per step, of 100")
            .Values((0, "0"), (4, "4"))
            .Stretch(190, Count, Paint.Pale)
            .Bars(Enumerable.Range(0, 190).Select(i => ((double)i, i + 1.0, (double)Bad(i), Paint.Bad)));
        plot.Label(3, Paint.Grey, "grey: the source is silent").End();
        var rows = new Rows(svg, plot.Bottom + 8).Verdicts("verdict", verdicts);
        foreach (var ended in flow.Episodes.Where(e => e.End != EpisodeEnd.Open))
        {
            double Minute(Instant at) => (at - Given.T0).TotalMinutes;
            rows.Row(
                "errors began",
                [new Cell(Paint.PaleBad)],
                $"{Figures.Number(Minute(ended.ErrorsBegan))} min; breached from {Figures.Number(Minute(ended.Onset))}",
                from: Minute(ended.ErrorsBegan) / Count,
                to: Minute(ended.Onset) / Count,
                isJoined: true).Space(-32);
            rows.Row(
                "",
                [new Cell(Paint.Pink, "episode", Paint.White)],
                "",
                from: Minute(ended.Onset) / Count,
                to: Minute(ended.EndedAt!.Value) / Count,
                isJoined: true);
            rows.Row("", [new Cell(Paint.White)], $"{ended.End} at {Figures.Number(Minute(ended.EndedAt!.Value))} min", isJoined: true).Space(-6);
        }

        rows.Times(Count, (0, "0"), (60, "1 h"), (120, "2 h"), (180, "3 h"), (240, "4 h"), (300, "5 h"));
        return svg;
    }

    public static Svg ErrorsBegan()
    {
        var svg = new Svg("When errors began: the stretch with the most bad events above what is allowed", 400);
        const int Count = 120;
        const int Long = 60;
        var tracker = Given.Tracker(percent: 99.9m);
        int Bad(int step) => step switch { >= 24 and < 32 => 70, >= 74 and < 78 => 8, >= 92 => 6, _ => 0 };
        tracker.Fill(Given.Step0 - 60, 60, Given.Measured(0, 100));
        for (var i = 0; i < Count; i++) tracker.Record(Given.Step0 + i, Given.Measured(Bad(i), 100));
        var limit = new BurnWindows(14.4m, Given.Hour, Duration.FromMinutes(5)).Limit(tracker.Terms.Target);
        var (from, now) = (tracker.Next - Long, tracker.Next);
        var began = tracker.ErrorsBegan(limit, from, now)!.Value;
        double Excess(long to) => tracker.Between(from, to).Bad - limit.Times(tracker.Between(from, to).Valid);
        var excess = Enumerable.Range(0, Long + 1).Select(i => (At: (double)(from - Given.Step0 + i), Value: (double?)Excess(from + i))).ToList();
        var plot = new Plot(svg, 8, 100, (0, Count), (0, 80), "bad events per step, of 100")
            .Values((0, "0"), (70, "70"))
            .Stretch(Count - Long, Count, "#ddf4ff")
            .Bars(Enumerable.Range(0, Count).Select(i => ((double)i, i + 1.0, (double)Bad(i), Paint.Bad)))
            .Mark(began - Given.Step0, "errors began", Paint.Bad, "end")
            .Mark(Count, "onset", Paint.Ink);
        plot.Label(60, Paint.Blue, "blue: one long look-back,", "1 h").End();
        var low = Excess(began);
        plot = new Plot(svg, plot.Bottom + 2, 150, (0, Count), (-30, 160), "bad events above what 14.4 × (1 − 99.9 %) allows, summed over the look-back")
            .Values((0, "0"), (50, "50"), (100, "100"), (150, "150"))
            .Times((0, "0"), (30, "30 min"), (60, "1 h"), (90, "1 h 30 min"), (120, "2 h"))
            .Line(excess, Paint.Blue)
            .Limit(low, "its lowest point", Paint.Grey)
            .Dot(began - Given.Step0, low, Paint.Bad);
        plot.Label(excess[^1].Value!.Value, Paint.Blue, $"S = {Figures.Number(excess[^1].Value!.Value - low, 1)} events,", "the most of any stretch", "that ends now").End();
        return svg;
    }
}
