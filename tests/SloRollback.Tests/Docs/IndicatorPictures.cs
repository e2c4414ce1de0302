namespace SloRollback.Tests.Docs;

/// <summary>Indicators that count events.</summary>
internal static class IndicatorPictures
{
    public static Svg EventRatio()
    {
        var svg = new Svg("Event ratio: good and bad events of one hour, step by step");
        var (reader, tracker) = (Readers.Of(Readers.BadOfValid), Given.Tracker(Given.Hour));
        var steps = Enumerable.Range(0, 60).Select(i =>
        {
            var (bad, valid) = (i is >= 20 and < 30 ? 12 + (i * 7 % 9) : i % 17 == 3 ? 1 : 0, 100 + (i * 37 % 23));
            var step = reader.Read(Given.Step0 + i, Readers.Cell(bad, valid), out _);
            tracker.Record(Given.Step0 + i, step);
            return step;
        }).ToList();
        var sum = tracker.Last(60);
        var plot = new Plot(svg, 8, 160, (0, 60), (0, 140), "events per step of 1 min")
            .Values((0, "0"), (50, "50"), (100, "100"))
            .Times((0, "0"), (15, "15 min"), (30, "30 min"), (45, "45 min"), (60, "1 h"))
            .Bars(steps.Select((s, i) => ((double)i, i + 1.0, s.Valid, Paint.PaleGood)))
            .Bars(steps.Select((s, i) => ((double)i, i + 1.0, s.Bad, Paint.Bad)));
        plot.Label(120, Paint.Ink, $"valid {Figures.Number(sum.Valid)}")
            .Label(100, Paint.Good, $"good {Figures.Number(sum.Valid - sum.Bad)}")
            .Label(12, Paint.Bad, $"bad {Figures.Number(sum.Bad)}")
            .Label(70, Paint.Ink, $"SLI = good / valid", $"= {Figures.Percent(sum.Sli)}")
            .End();
        return svg;
    }

    public static Svg Latency()
    {
        var svg = new Svg("Latency: events at or under the threshold are good");
        (double To, string Name, int Events)[] buckets = [(0.05, "50 ms", 2900), (0.1, "100 ms", 3700), (0.2, "200 ms", 2100), (0.3, "300 ms", 730), (0.5, "500 ms", 240), (1, "1 s", 95), (2.5, "2.5 s", 30), (double.PositiveInfinity, "+Inf", 5)];
        var threshold = Readers.Latency.Threshold.TotalSeconds;
        var good = buckets.Where(b => b.To <= threshold).Sum(b => b.Events);
        var step = Readers.Of(Readers.Latency).Read(Given.Step0, Readers.Cell(good, buckets.Sum(b => b.Events)), out _);
        var plot = new Plot(svg, 8, 160, (0, buckets.Length), (0, 4000), "events of one step by the bucket that they fall into (le)", isMarked: true)
            .Values((0, "0"), (2000, "2,000"), (4000, "4,000"))
            .Bars(buckets.Select((b, i) => (i + 0.07, i + 1.0, (double)b.Events, b.To <= threshold ? Paint.PaleGood : Paint.Bad)))
            .Mark(buckets.Count(b => b.To <= threshold), "threshold 300 ms", Paint.Ink);
        for (var i = 0; i < buckets.Length; i++) plot.Times((i + 0.5, buckets[i].Name));
        plot.Label(3700, Paint.Ink, $"valid {Figures.Number(step.Valid)}")
            .Label(3000, Paint.Good, $"good {Figures.Number(step.Valid - step.Bad)}")
            .Label(240, Paint.Bad, $"bad {Figures.Number(step.Bad)}")
            .Label(1800, Paint.Ink, "SLI = good / valid", $"= {Figures.Percent((step.Valid - step.Bad) / step.Valid)}")
            .End();
        return svg;
    }
}
