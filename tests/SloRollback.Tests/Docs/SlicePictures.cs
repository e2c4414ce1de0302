namespace SloRollback.Tests.Docs;

/// <summary>Slices of time.</summary>
internal static class SlicePictures
{
    private static readonly Cell Good = new(Paint.PaleGood, "G");
    private static readonly Cell Bad = new(Paint.Bad, "B", Paint.White);

    public static Svg TimeSlices()
    {
        var svg = new Svg("Time slices: good by the mean of a gauge, or by the share of good events");
        var byGauge = new TimeSlices { Length = Duration.FromMinutes(5), Operator = ComparisonOperator.LessOrEqual, Threshold = 30 };
        double[] gauge = [12, 14, 11, 18, 22, 25, 30, 31, 44, 52, 38, 29, 21, 17, 15, 13, 12, 33, 16, 14, 12, 11, 13, 12];
        var booked = gauge.Select((g, i) => Book(Readers.Gauge, byGauge, i, Readers.Cell(g))).ToList();
        var plot = new Plot(svg, 8, 120, (0, 24), (0, 60), "mean of a gauge in each slice of 5 min: orders in the queue")
            .Values((0, "0"), (20, "20"), (40, "40"))
            .Bars(gauge.Select((g, i) => (i + 0.07, i + 1.0, g, booked[i].Bad > 0 ? Paint.PaleBad : Paint.PaleGood)))
            .Limit(30, "good when <= 30", Paint.Ink);
        plot.End();
        var rows = new Rows(svg, plot.Next).Row("booked as", [.. booked.Select(Of)], Sum(booked)).Space(8);

        double[] bad = [0, 1, 0, 2, 0, 5, 10, 11, 25, 34, 9, 3, 0, 0, 1, 0, 0, 0, 12, 0, 1, 0, 0, 0];
        var ratios = bad.Select((b, i) => Book(Readers.BadOfValid, Readers.AtLeast99 with { Length = Duration.FromMinutes(5) }, i, Readers.Cell(b, 1000))).ToList();
        plot = new Plot(svg, rows.Top, 120, (0, 24), (0.96, 1), "share of good events in each slice of 5 min")
            .Values((0.96, "96 %"), (0.98, "98 %"), (1, "100 %"))
            .Bars(bad.Select((b, i) => (i + 0.07, i + 1.0, 1 - (b / 1000), ratios[i].Bad > 0 ? Paint.PaleBad : Paint.PaleGood)), floor: 0.96)
            .Limit(0.99, "good when >= 99 %", Paint.Ink);
        plot.End();
        new Rows(svg, plot.Next).Row("booked as", [.. ratios.Select(Of)], Sum(ratios)).Space(-2)
            .Times(24, (0, "0"), (6, "30 min"), (12, "1 h"), (18, "1 h 30 min"), (24, "2 h"));
        return svg;
    }

    public static Svg Consecutive()
    {
        var svg = new Svg("Three consecutive bad slices, with and without the retroactive flag");
        var rows = new Rows(svg, 8);
        Sequence(rows.Title("a run of bad slices: the third one and those after it count"), "BBGBBBB", 0.45, isLabelled: true);
        rows.Space(-rows.Top + 8);
        Sequence(rows.Title(""), "BBxB?BGBBB", 1, isLabelled: false);
        rows.Legend((Good, "good, or booked as good"), (Bad, "bad"), (Paint.Of(StepState.Excluded), "excluded: ends a run"), (Paint.Of(StepState.Unmeasured), "unmeasured: does not"));
        return svg;
    }

    private static void Sequence(Rows rows, string slices, double to, bool isLabelled)
    {
        var from = isLabelled ? 0 : 0.5;
        var seen = slices.Select(s => s switch { 'B' => Bad, 'G' => Good, 'x' => Paint.Of(StepState.Excluded), _ => Paint.Of(StepState.Unmeasured) });
        rows.Row(isLabelled ? "seen" : "", [.. seen], from: from, to: to);
        foreach (var (label, consecutive, isRetroactive) in new[] { ("Consecutive 1", 1, false), ("Consecutive 3", 3, false), ("… Retroactive", 3, true) })
        {
            var bookings = new Bookings(Readers.Of(Readers.Gauge, new TimeSlices { Threshold = 0.5m, Consecutive = consecutive, Retroactive = isRetroactive }));
            for (var i = 0; i < slices.Length; i++) bookings.Read(Given.Step0 + i, slices[i] switch
            {
                'B' => Readers.Cell(1),
                'G' => Readers.Cell(0),
                'x' => new SliCell(StepState.Excluded, 0, 0),
                _ => new SliCell(StepState.Unmeasured, 0, 0),
            });
            rows.Row(
                isLabelled ? label : "",
                [.. bookings.All.Select((b, i) => b.State == StepState.Measured ? Of(b) : Paint.Of(b.State))],
                isLabelled ? "" : $"{Figures.Number(bookings.Bad)} bad at the right",
                from: from,
                to: to);
        }
    }

    private static SliStep Book(Indicator indicator, TimeSlices slices, int slice, SliCell cell) => Readers.Of(indicator, slices).Read(Given.Step0 + slice, cell, out _);

    private static Cell Of(SliStep slice) => slice.Bad > 0 ? Bad : Good;

    private static string Sum(List<SliStep> slices) =>
        $"{Figures.Number(slices.Sum(s => s.Bad))} bad of {slices.Count}: SLI {Figures.Percent(1 - (slices.Sum(s => s.Bad) / slices.Count))}";
}
