namespace SloRollback.Tests.Docs;

/// <summary>What is known about steps.</summary>
internal static class StepPictures
{
    public static Svg States()
    {
        var svg = new Svg("The six states of a step, and what each counts for");
        var (reader, tracker) = (Readers.Of(Readers.GoodOfValid), Given.Tracker(Given.Minute * 36));
        var cells = Enumerable.Range(0, 36).Select(i => i switch
        {
            >= 6 and < 10 => Readers.Cell(0, 0),
            >= 12 and < 16 => new SliCell(StepState.Missing, 0, 0),
            >= 18 and < 22 => new SliCell(StepState.Unmeasured, 0, 0),
            >= 24 and < 28 => new SliCell(StepState.Excluded, 0, 0),
            >= 31 => Readers.Cell(105, 100), // More good events than valid ones, five times in a row.
            _ => Readers.Cell(99, 100),
        }).ToList();
        var states = new StepState[cells.Count];
        for (var i = 0; i < cells.Count; i++)
        {
            var step = reader.Read(Given.Step0 + i, cells[i], out _);
            tracker.Record(Given.Step0 + i, step);
            states[i] = step.State;
            foreach (var (corrected, value) in reader.Corrections)
            {
                tracker.Correct(corrected, value);
                states[corrected - Given.Step0] = value.State;
            }
        }

        var steps = states.Select((_, i) => tracker.Between(Given.Step0 + i, Given.Step0 + i + 1)).ToList();
        var sum = tracker.Last(cells.Count);
        new Rows(svg, 10)
            .Row("state", [.. states.Select(Paint.Of)])
            .Row("SLI and budget", [.. steps.Select(s => new Cell(s.Valid > 0 ? Paint.Good : Paint.Panel))], $"SLI {Figures.Percent(sum.Sli)}, {Figures.Number(sum.Valid)} valid")
            .Row("coverage counts", [.. steps.Select(s => new Cell(s.Excluded > 0 ? Paint.Hatch : s.Seen > 0 ? Paint.Good : Paint.Bad))], $"coverage {sum.Seen}/{sum.Steps - sum.Excluded} = {Figures.Percent(sum.Coverage)}")
            .Legend((Paint.Of(StepState.Measured), "Measured"), (Paint.Of(StepState.NoTraffic), "NoTraffic"), (Paint.Of(StepState.Missing), "Missing"))
            .Legend((Paint.Of(StepState.Unmeasured), "Unmeasured"), (Paint.Of(StepState.Excluded), "Excluded"), (Paint.Of(StepState.Inconsistent), "Inconsistent"))
            .Legend((new Cell(Paint.Good), "counts"), (new Cell(Paint.Bad), "counts as not measured"), (new Cell(Paint.Hatch), "taken out"));
        return svg;
    }

    public static Svg Coverage()
    {
        var svg = new Svg("Coverage of the last hour, through a downtime and a blind source");
        var states = Enumerable.Range(0, 180).Select(i => i switch
        {
            >= 30 and < 53 => StepState.Excluded,
            >= 75 and < 110 => StepState.Unmeasured,
            _ => StepState.Measured,
        }).ToList();
        var watch = new Watch(Given.Tracker(Given.Hour), 60, Given.Measured(0, 100));
        var coverage = watch.Feed(180, i => states[i] == StepState.Measured ? Given.Measured(0, 100) : new SliStep(states[i]), t => t.Last(60).Coverage);
        var rows = new Rows(svg, 8).Row("steps", [.. states.Select(s => Paint.Of(s) with { Text = s.ToString() })], isJoined: true);
        var plot = new Plot(svg, rows.Top + 6, 130, (0, 180), (0, 1), "coverage of the last hour")
            .Values((0, "0 %"), (1, "100 %"))
            .Times((0, "0"), (60, "1 h"), (120, "2 h"), (180, "3 h"))
            .Limit(0.5, "50 %: conditions need half", Paint.Ink)
            .Line(coverage.Select((c, i) => (i + 1.0, (double?)c)), Paint.Blue, "coverage");
        var least = coverage.Min();
        plot.Dot(coverage.IndexOf(least) + 1, least, Paint.Blue).Label(least, Paint.Blue, $"least {Figures.Percent(least)}").End();
        return svg;
    }

    public static Svg Late()
    {
        var svg = new Svg("Late steps: a short gap is filled for everything, a long one for the budget only");
        var rows = new Rows(svg, 8);
        Gap(rows, "a gap of 4 steps, then its growth: 100 events a step, 10 of them bad", 4);
        Gap(rows.Space(14), "a gap of 8 steps, then its growth", 8);
        rows.Legend((Paint.Of(StepState.Measured), "Measured"), (Paint.Of(StepState.Unmeasured), "Unmeasured"), (new Cell(Paint.PaleBlue, "r"), "recovered, for all"), (new Cell(Paint.PalePurple, "b"), "recovered, for the budget"));
        return svg;
    }

    private static void Gap(Rows rows, string title, int length)
    {
        const int Begin = 6;
        var isBack = false;
        var flow = new Flow(step => step < 0 ? Flow.Cell(0) : !isBack && step >= Begin ? new SliCell(StepState.Unmeasured, 0, 0)
            : new SliCell(StepState.Measured, 10, 100, IsRecovered: step >= Begin && step < Begin + length) { IsLongGap = step >= Begin && step < Begin + length && length > 5 });
        for (var step = 0; step < Begin; step++) flow.To(step);
        // A source that is down answers nothing; what was not read is read when it is back.
        for (var step = Begin; step < Begin + length; step++) flow.To(step, isRead: false);
        var tracker = flow.State.Objectives[0].Tracker!;
        var before = Enumerable.Range(0, Begin + length).Select(i => i < Begin ? Paint.Of(StepState.Measured) : Paint.Of(StepState.Unmeasured)).ToList();
        var (seenBefore, knownBefore) = (tracker.Between(Given.Step0, tracker.Next).Bad, tracker.Budget().Bad);
        isBack = true;
        for (var step = Begin + length; step < 20; step++) flow.To(step);
        var after = Enumerable.Range(0, 20).Select(i =>
            !tracker.TryGetStep(Given.Step0 + i, out var counts) ? Paint.Of(StepState.Unmeasured)
            : counts.Unmeasured > 0 ? new Cell(Paint.PalePurple, "b")
            : i >= Begin && i < Begin + length ? new Cell(Paint.PaleBlue, "r")
            : Paint.Of(StepState.Measured)).ToList();
        rows.Title(title)
            .Row("in the gap", before, $"bad: {Figures.Number(seenBefore)} seen, {Figures.Number(knownBefore)} in budget", to: (Begin + length) / 20.0)
            .Row("after it", after, $"bad: {Figures.Number(tracker.Between(Given.Step0, tracker.Next).Bad)} seen, {Figures.Number(tracker.Budget().Bad)} in budget");
    }
}
