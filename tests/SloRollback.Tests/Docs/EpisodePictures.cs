namespace SloRollback.Tests.Docs;

/// <summary>Episodes and the runs of errors that they lie in.</summary>
internal static class EpisodePictures
{
    public static Svg Episodes()
    {
        var svg = new Svg("Two episodes: one recovers, one is lost from sight");
        const int Count = 300;
        int Bad(int step) => step is (>= 40 and < 55) or >= 170 ? 8 : 0;
        var rule = new PolicyRule { Id = "errors", When = Given.Burn(Given.Hour, Duration.FromMinutes(5), 14.4m) };
        var flow = new Flow(step => step < 190 ? Flow.Cell(Bad(step)) : new SliCell(StepState.Unmeasured, 0, 0), rule);
        var verdicts = new List<Verdict>();
        for (var step = 0; step < Count; step++)
        {
            flow.To(step);
            verdicts.Add(flow.State.Objectives[0].Rules[0].Judgement.Verdict);
        }

        var plot = new Plot(svg, 8, 70, (0, Count), (0, 10), "bad events per step, of 100")
            .Values((0, "0"), (8, "8"))
            .Stretch(190, Count, Paint.Pale)
            .Bars(Enumerable.Range(0, 190).Select(i => ((double)i, i + 1.0, (double)Bad(i), Paint.Bad)));
        plot.Label(8, Paint.Grey, "grey: the source is silent").End();
        var rows = new Rows(svg, plot.Next).Verdicts("verdict", verdicts);
        foreach (var ended in flow.Episodes.Where(e => e.End != EpisodeEnd.Open))
        {
            double Minute(Instant at) => (at - Given.T0).TotalMinutes;
            var (began, onset, end) = (Minute(ended.ErrorsBegan), Minute(ended.Onset), Minute(ended.EndedAt!.Value));
            rows.Row("", [new Cell(Paint.PaleBad)], from: began / Count, to: onset / Count, isJoined: true).Space(-32)
                .Row("episode", [new Cell(Paint.Pink, "episode", Paint.White)], $"onset {Figures.Number(onset)}, {ended.End} {Figures.Number(end)} min", from: onset / Count, to: end / Count, isJoined: true)
                .Times(Count, (began, $"errors began: {Figures.Number(began)}"));
        }

        rows.Times(Count, (0, "0"), (60, "1 h"), (120, "2 h"), (180, "3 h"), (240, "4 h"), (300, "5 h")).Rest();
        return svg;
    }

    public static Svg ErrorsBegan()
    {
        var svg = new Svg("When errors began: the stretch with the most bad events above what is allowed");
        const int Long = 60;
        var tracker = Given.Tracker(percent: 99.9m);
        int Bad(int step) => step switch { >= 24 and < 32 => 70, >= 74 and < 78 => 8, >= 92 => 6, _ => 0 };
        tracker.Fill(Given.Step0 - 60, 60, Given.Measured(0, 100));
        var count = 0;
        for (; count < 92 || tracker.Judge(Given.Burn(Given.Hour, Duration.FromMinutes(5), 14.4m)).Verdict != Verdict.Breached; count++)
            tracker.Record(Given.Step0 + count, Given.Measured(Bad(count), 100));
        var limit = new BurnWindows(14.4m, Given.Hour, Duration.FromMinutes(5)).Limit(tracker.Terms.Target);
        var (from, now) = (tracker.Next - Long, tracker.Next);
        var began = tracker.ErrorsBegan(limit, from, now)!.Value;
        double Excess(long to) => tracker.Between(from, to).Bad - limit.Times(tracker.Between(from, to).Valid);
        var excess = Enumerable.Range(0, Long + 1).Select(i => (At: (double)(from - Given.Step0 + i), Value: (double?)Excess(from + i))).ToList();
        var plot = new Plot(svg, 8, 100, (0, count), (0, 80), "bad events per step, of 100", isMarked: true)
            .Values((0, "0"), (70, "70"))
            .Stretch(count - Long, count, "#ddf4ff")
            .Bars(Enumerable.Range(0, count).Select(i => ((double)i, i + 1.0, (double)Bad(i), Paint.Bad)))
            .Mark(began - Given.Step0, "errors began", Paint.Bad, "end")
            .Mark(count, "onset", Paint.Ink);
        plot.Label(60, Paint.Blue, "blue: one long look-back,", "1 h").End();
        var low = Excess(began);
        plot = new Plot(svg, plot.Next, 150, (0, count), (-60, 20), "bad events above what 14.4 × (1 − 99.9 %) allows, summed over the look-back")
            .Values((-50, "−50"), (0, "0"))
            .Times((0, "0"), (30, "30 min"), (60, "1 h"), (90, "1 h 30 min"))
            .Line(excess, Paint.Blue)
            .Limit(low, "its lowest point", Paint.Grey)
            .Dot(began - Given.Step0, low, Paint.Bad);
        plot.Label(excess[^1].Value!.Value, Paint.Blue, $"S = {Figures.Number(excess[^1].Value!.Value - low, 1)} events,", "the most of any stretch", "that ends now").End();
        return svg;
    }
}
