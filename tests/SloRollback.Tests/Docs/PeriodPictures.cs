namespace SloRollback.Tests.Docs;

/// <summary>Compliance periods, and time that does not count.</summary>
internal static class PeriodPictures
{
    private const string Berlin = "Europe/Berlin";

    public static Svg Periods()
    {
        var svg = new Svg("The same outages in a rolling period and in months of the calendar");
        var start = Instant.FromUtc(2026, 1, 1, 0, 0);
        SliStep Step(int hour) => Given.Measured(hour switch { >= 440 and < 444 => 120, >= 1220 and < 1223 => 90, _ => 0 }, 1000);
        List<double> Read(CompliancePeriod period)
        {
            var tracker = Given.Tracker(Given.Events(99.9m, period), Given.Hour);
            var first = StepGrid.IndexOf(start, Given.Hour);
            tracker.Fill(first - 1440, 1440, Given.Measured(0, 1000));
            var values = new List<double>();
            for (var hour = 0; hour < 90 * 24; hour++)
            {
                tracker.Record(first + hour, Step(hour));
                values.Add(tracker.Budget().Remaining);
            }

            return values;
        }

        var (rolling, monthly) = (Read(CompliancePeriod.Rolling(30)), Read(CompliancePeriod.Month()));
        var plot = new Plot(svg, 8, 190, (0, 90), (0, 1), "budget remaining")
            .Values((0, "0 %"), (0.5, "50 %"), (1, "100 %"))
            .Times((0, "1 January"), (31, "1 February"), (59, "1 March"), (90, "1 April"))
            .Line(monthly.Select((r, i) => ((i + 1) / 24.0, (double?)r)), Paint.Purple)
            .Line(rolling.Select((r, i) => ((i + 1) / 24.0, (double?)r)), Paint.Blue)
            .Label(0.5, Paint.Blue, "rolling 30 d: an outage", "costs for 30 days")
            .Label(0.9, Paint.Purple, "month: all is new", "on the 1st");
        plot.End();
        return svg;
    }

    public static Svg Calendar()
    {
        var svg = new Svg("Calendar periods: weeks across clock changes, months that begin on the 31st");
        var week = (CalendarPeriod)CompliancePeriod.Week(Berlin);
        var rows = new Rows(svg, 8).Title("weeks in Europe/Berlin, 99.9 % by Timeslices: hours and budget");
        foreach (var (date, note) in new[] { (new LocalDate(2026, 3, 16), ""), (new LocalDate(2026, 3, 23), "clocks go forward"), (new LocalDate(2026, 10, 19), "clocks go back") })
        {
            var zone = DateTimeZoneProviders.Tzdb[Berlin];
            var span = week.At(zone.AtStartOfDay(date).ToInstant(), zone);
            var tracker = Given.Tracker(Readers.Objective(Readers.Gauge, BudgetingMethod.Timeslices, new TimeSlices { Length = Given.Hour }) with { Target = Given.Slo(99.9m), Period = week });
            for (var at = span.Start; at < span.End; at += Given.Hour) tracker.Record(StepGrid.IndexOf(at, Given.Hour), Given.Measured(0, 1));
            var hours = span.Duration.TotalHours;
            rows.Row(
                LocalDatePattern.Format(date),
                [new Cell(note.Length > 0 ? Paint.PaleAmber : Paint.PaleBlue, $"{Figures.Number(hours)} h{(note.Length > 0 ? ", " : "")}{note}")],
                $"{Figures.Number(tracker.Budget().TotalMinutes)} minutes",
                to: hours / 169,
                isJoined: true);
        }

        rows.Space(12).Title("months that begin on the 31st, or on a month's last day, in UTC");
        var month = (CalendarPeriod)CompliancePeriod.Month(startDay: 31);
        var (first, last) = (Instant.FromUtc(2026, 1, 31, 0, 0), Instant.FromUtc(2026, 6, 30, 0, 0));
        for (var at = first; at < last;)
        {
            var span = month.At(at, DateTimeZone.Utc);
            rows.Row(
                $"{LocalDatePattern.Format(span.Start.InUtc().Date)} to",
                [new Cell(Paint.PaleBlue, $"{Figures.Number(span.Duration.TotalDays)} days")],
                LocalDatePattern.Format(span.End.InUtc().Date),
                from: (span.Start - first) / (last - first),
                to: (span.End - first) / (last - first),
                isJoined: true);
            at = span.End;
        }

        return svg;
    }

    public static Svg Downtime()
    {
        var svg = new Svg("Downtime: every step that it touches is taken out");
        var downtime = new RecurringDowntime { Id = "backup", TimeOfDay = new LocalTime(2, 10, 30), Length = Duration.FromMinutes(15) };
        var objective = Given.Events(99, CompliancePeriod.Rolling(Given.Hour)) with { Downtimes = [downtime] };
        SliCell Cell(int step) => Flow.Cell(step is >= 9 and < 27 ? 20 : 0);
        var (with, without) = (Hour(objective, Cell), Hour(objective with { Downtimes = [] }, Cell));
        var states = Enumerable.Range(0, 60).Select(i => with.Between(First + i, First + i + 1)).ToList();
        var plot = new Plot(svg, 8, 120, (0, 60), (0, 110), "events per step: 20 % fail while the nightly backup runs", isMarked: true)
            .Values((0, "0"), (100, "100"))
            .Bars(Enumerable.Range(0, 60).Select(i => ((double)i, i + 1.0, Cell(i).Second, Paint.PaleGood)))
            .Bars(Enumerable.Range(0, 60).Select(i => ((double)i, i + 1.0, Cell(i).First, Paint.Bad)))
            .Mark(10.5, "02:10:30", Paint.Ink, "end")
            .Mark(25.5, "02:25:30", Paint.Ink, "start");
        plot.Label(100, Paint.Good, "good").Label(15, Paint.Bad, "bad").End();
        var excluded = states.Count(s => s.Excluded > 0);
        new Rows(svg, plot.Next)
            .Row("steps", [.. states.Select(s => s.Excluded > 0 ? new Cell(Paint.Hatch) : new Cell(Paint.PaleGood))], $"{excluded} of 60 excluded", isJoined: true)
            .Row("with downtime", [new Cell(Paint.Panel, Text(with.Budget()))], $"SLI {Figures.Percent(with.Budget().Sli)}")
            .Row("without", [new Cell(Paint.Panel, Text(without.Budget()))], $"SLI {Figures.Percent(without.Budget().Sli)}")
            .Times(60, (0, "02:00"), (15, "02:15"), (30, "02:30"), (45, "02:45"), (60, "03:00"));
        return svg;
    }

    private static readonly long First = StepGrid.IndexOf(Given.T0 + Duration.FromHours(2), Given.Minute);

    private static NodaTime.Text.LocalDatePattern LocalDatePattern { get; } = NodaTime.Text.LocalDatePattern.CreateWithInvariantCulture("d MMM uuuu");

    private static string Text(ErrorBudget budget) =>
        $"{Figures.Number(budget.Bad)} bad of {Figures.Number(budget.Valid)}; the budget is {Figures.Number(budget.Total)} events, or {Figures.Number(budget.TotalMinutes)} minutes";

    // One hour through the engine: it is what knows downtimes.
    private static ObjectiveTracker Hour(Objective objective, Func<int, SliCell> cell)
    {
        var state = new EngineState(new EngineSettings(), [new MonitoredService { Id = Given.Service, Objectives = [objective] }]);
        var readings = new ObjectiveReadings(SliOutcome.Read(null), First, Enumerable.Range(0, 60).Select(cell).ToArray());
        Engine.Step(state, new EngineInput([readings], ImmutableDictionary<DeploymentTarget, TargetHistory>.Empty, GuardState.Empty, StepGrid.StartOf(First + 60, Given.Minute), new HashSet<RollbackId>()));
        return state.Objectives[0].Tracker!;
    }
}
