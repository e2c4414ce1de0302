namespace SloRollback.Tests.Docs;

/// <summary>How counts are kept.</summary>
internal static class TrackerPictures
{
    public static Svg Resolutions()
    {
        var settings = new EngineSettings();
        var layout = TrackerLayout.Create(settings.Step, Given.Month, settings);
        var svg = new Svg("Three resolutions and exact marks");
        var tracker = Given.Tracker();
        tracker.Fill(Given.Step0 - 50_000, 50_000, Given.Measured(1, 100));
        (string Name, long Steps, int Kept, double From, double To, string Fill)[] rings =
        [
            ("3 h", layout.CoarseSteps, layout.CoarseCapacity - 1, 0, 0.34, Paint.PalePurple),
            ("10 min", layout.MediumSteps, layout.MediumCapacity - 1, 0.34, 0.67, Paint.PaleBlue),
            ("step", 1, layout.FineCapacity - 1, 0.67, 1, Paint.PaleGood),
        ];
        var rows = new Rows(svg, 8).Title("30 days of steps of 1 min, oldest at the left, not to scale");
        var top = rows.Top;
        foreach (var ring in rings)
        {
            rows.Row("", [.. Enumerable.Repeat(new Cell(ring.Fill), ring.Name == "step" ? 12 : ring.Name == "10 min" ? 6 : 3)], from: ring.From, to: ring.To).Space(-32);
            svg.Text(Plot.Left + ((ring.From + ring.To) / 2 * (Plot.Right - Plot.Left)), top + 44, $"{Figures.Number(ring.Kept)} × {ring.Name}", Paint.Grey, "middle", 12);
        }

        svg.Text(Plot.Left - 8, top + 16, "kept boundaries", Paint.Ink, "end", 12);
        svg.Text(Plot.Right + 10, top + 16, "now", Paint.Ink, size: 12);
        foreach (var (at, name) in new[] { (0.06, "period's start"), (0.4, "reset"), (0.94, "deployment") })
        {
            var x = Plot.Left + (at * (Plot.Right - Plot.Left));
            svg.Line(x, top - 4, x, top + 62, Paint.Pink, 2).Text(x, top + 76, name, Paint.Pink, "middle", 12);
        }

        svg.Text(Plot.Right + 10, top + 76, "marks: exact counts", Paint.Pink, size: 12);
        rows.Space(112).Title("a look-back that begins inside a bucket starts at the next boundary: 1 bad event a step");
        foreach (var (name, steps) in new[] { ("6 h 7 min", 367L), ("1 d 9 min", 1449L), ("10 d 2 h 59 min", 14_579L) })
        {
            var counts = tracker.Last(steps);
            rows.Row(name, [new Cell(Paint.Panel, $"{Figures.Number(counts.Bad)} bad of {Figures.Number(counts.Valid)}; true are {Figures.Number(steps)} of {Figures.Number(steps * 100)}")], counts.Bad == steps ? "exact" : $"{Figures.Number(steps - counts.Bad)} steps short");
        }

        return svg;
    }
}
