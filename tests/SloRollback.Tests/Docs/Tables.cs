namespace SloRollback.Tests.Docs;

/// <summary>The tables of <c>docs/concepts.md</c> whose figures come out of the engine.</summary>
internal static class Tables
{
    public static readonly ImmutableDictionary<string, Func<string>> All = ImmutableDictionary.CreateRange(StringComparer.Ordinal, new KeyValuePair<string, Func<string>>[]
    {
        new("step-states", States),
        new("missing", Missing),
        new("recurring", Recurring),
        new("pairs", Pairs),
    });

    private static string States() => Table(
        ["10 steps that are", "SLI", "budget so far", "whole budget", "coverage", "a look-back's valid events"],
        new (StepState State, SliStep Step)[]
        {
            (StepState.Measured, Given.Measured(1, 100)), (StepState.NoTraffic, new SliStep(StepState.NoTraffic)), (StepState.Missing, new SliStep(StepState.Missing)),
            (StepState.Unmeasured, Given.Unmeasured), (StepState.Excluded, new SliStep(StepState.Excluded)), (StepState.Inconsistent, new SliStep(StepState.Inconsistent)),
        }.Select(s =>
        {
            var tracker = Given.Tracker(Given.Minute * 100);
            tracker.Fill(Given.Step0, 90, Given.Measured(1, 100));
            tracker.Fill(tracker.Next, 10, s.Step);
            var (budget, last) = (tracker.Budget(), tracker.Last(100));
            return new[]
            {
                $"`{s.State}`", Figures.Percent(budget.Sli), Figures.Number(budget.TotalSoFar), Figures.Number(budget.Total), Figures.Percent(budget.Coverage), Figures.Number(last.EffectiveValid),
            };
        }));

    private static string Missing() => Table(
        ["`Missing`", "80 good, 10 bad and 10 missing slices", "SLI"],
        Enum.GetValues<MissingSlices>().Select(missing =>
        {
            var slices = new TimeSlices { Threshold = 0.5m, Missing = missing };
            var tracker = Given.Tracker(Readers.Objective(Readers.Gauge, BudgetingMethod.Timeslices, slices) with { Period = CompliancePeriod.Rolling(Given.Minute * 100) });
            var reader = Readers.Of(Readers.Gauge, slices);
            for (var i = 0; i < 100; i++)
                tracker.Record(Given.Step0 + i, reader.Read(Given.Step0 + i, i < 90 ? Readers.Cell(i < 80 ? 0 : 1) : new SliCell(StepState.Missing, 0, 0), out _));
            var budget = tracker.Budget();
            return new[] { $"`{missing}`", $"{Figures.Number(budget.Valid - budget.Bad)} good, {Figures.Number(budget.Bad)} bad", Figures.Percent(budget.Sli) };
        }));

    private static string Recurring()
    {
        var zone = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
        var nightly = new RecurringDowntime { Id = "nightly", TimeOfDay = new LocalTime(2, 30), Length = Given.Hour, Zone = zone.Id };
        var (date, time) = (NodaTime.Text.LocalDatePattern.CreateWithInvariantCulture("d MMMM uuuu"), NodaTime.Text.ZonedDateTimePattern.CreateWithInvariantCulture("HH:mm o<g>", null));
        return Table(
            ["day", "begins", "ends"],
            new[] { new LocalDate(2026, 3, 28), new LocalDate(2026, 3, 29), new LocalDate(2026, 10, 25) }.Select(day =>
            {
                var span = new DowntimeCalendar([nightly], DateTimeZoneProviders.Tzdb).Between(zone.AtStartOfDay(day).ToInstant(), zone.AtStartOfDay(day.PlusDays(1)).ToInstant()).Single();
                return new[] { date.Format(day), time.Format(span.Start.InZone(zone)), time.Format(span.End.InZone(zone)) };
            }));
    }

    private static string Pairs() => Table(
        ["period", "`page`", "`ticket`"],
        new[] { 7, 28, 30, 90 }.Select(days => new[] { $"{days} d", Pair("page", days), Pair("ticket", days) }));

    private static string Pair(string name, int days)
    {
        var condition = BurnRatePairs.Create(name, Given.Slo(99.9m), Duration.FromDays(days), sinceDeployment: false);
        return string.Join("; ", Conditions.Of(condition!).OfType<MultiWindowBurnRateCondition>().Select(c =>
            $"{HumanFormat.Length(c.Long)} and {HumanFormat.Length(c.Short)} above {Figures.Number((double)c.Above)} ({Figures.Percent((double)c.Above * (c.Long / Duration.FromDays(days)), 1)})"));
    }

    private static string Table(string[] heads, IEnumerable<string[]> rows) => string.Concat(
        new[] { heads, [.. heads.Select(_ => "---")] }.Concat(rows).Select(cells => $"| {string.Join(" | ", cells)} |\n"));
}
