using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using SloRollback.Indicators;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Tests.Configuration;

/// <summary>Whatever period, indicator, slices, downtimes, resets and notes code writes, the reader reads the same.</summary>
public sealed class ObjectiveRoundTripTests
{
    [Property(Arbitrary = [typeof(Objectives)], MaxTest = 500)]
    public void What_was_written_is_read(Objective written)
    {
        var options = Reading.Code(builder =>
        {
            foreach (var downtime in written.Downtimes)
                builder.WithDowntime(downtime);
            builder.AddMonitoredService("checkout", "production", service =>
            {
                foreach (var downtime in written.Downtimes)
                    service.Downtime(downtime);
                service.Objective("slo", written.Target.Fraction, written.Period, slo => Write(slo, written));
            });
        });

        Assert.Equal("", string.Join('\n', Reading.Lines(options)));
        var service = Assert.Single(options.Services);
        var read = Assert.Single(service.Objectives);
        Assert.Equal(written.Period, read.Period);
        Assert.Equal(written.Indicator with { Source = "prometheus" }, read.Indicator);
        Assert.Equal((written.Budgeting, written.Slices, written.MeasuredElsewhere), (read.Budgeting, read.Slices, read.MeasuredElsewhere));
        Assert.Equal(ById(written.Downtimes), ById(read.Downtimes));
        Assert.Equal(ById(written.Downtimes), ById(service.Downtimes));
        Assert.Equal(ById(written.Downtimes), ById(options.Settings.Downtimes));
        Assert.Equal(written.Resets, read.Resets);
        Assert.Equal(written.Annotations, read.Annotations);
    }

    private static IEnumerable<Downtime> ById(ImmutableArray<Downtime> downtimes) => downtimes.OrderBy(d => d.Id, StringComparer.Ordinal);

    private static void Write(ObjectiveBuilder slo, Objective objective)
    {
        _ = objective.Indicator switch
        {
            EventRatioIndicator ratio => slo.Events(ratio.Valid, ratio.Bad, ratio.Good),
            LatencyIndicator latency => slo.Latency(latency.Histogram, latency.Threshold),
            GaugeIndicator gauge => slo.Gauge(gauge.Gauge),
            _ => throw new InvalidOperationException(),
        };
        if (objective is { Budgeting: BudgetingMethod.Timeslices, Slices: { } s })
            slo.Timeslices(s.Length, s.Operator, s.Threshold, s.Consecutive, s.Retroactive, s.Missing);
        else if (objective.Slices is { } ratios)
            slo.RatioTimeslices(ratios.Length, ratios.Missing);
        if (objective.MeasuredElsewhere)
            slo.MeasuredElsewhere();
        foreach (var downtime in objective.Downtimes)
            slo.Downtime(downtime);
        foreach (var reset in objective.Resets)
            slo.ResetBudget(reset.Id, reset.At, reset.Reason, reset.By);
        foreach (var note in objective.Annotations)
            slo.Annotate(note.Id, note.Text, note.Start, note.End);
    }

    public static class Objectives
    {
        private static readonly Gen<bool> Flag = Gen.Elements(true, false);
        private static readonly Gen<string> Zone = Gen.Elements(DateTimeZoneProviders.Tzdb.Ids.ToArray());
        private static readonly Gen<string> Text = Gen.Elements("a", "moved: see #7", "50 % / 1:2", "null");

        private static readonly Gen<Instant> AnyInstant =
            from seconds in Gen.Choose(0, int.MaxValue)
            from nanoseconds in Gen.Elements(0, 1, 500_000_000, 999_999_999)
            select Instant.FromUnixTimeSeconds(seconds).PlusNanoseconds(nanoseconds);

        private static readonly Gen<CompliancePeriod> Period =
            from zone in Zone
            from weekday in Gen.Elements(Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).ToArray())
            from month in Gen.Choose(1, 12)
            from day in Gen.Choose(1, 31)
            from days in Gen.Choose(7, 366)
            from period in Gen.Elements(
                CompliancePeriod.Rolling(days), CompliancePeriod.Week(zone, weekday), CompliancePeriod.Month(zone, day),
                CompliancePeriod.Quarter(zone, month, day), CompliancePeriod.Year(zone, month, day))
            select period;

        private static readonly Gen<TimeSlices> Slices =
            from minutes in Gen.Choose(1, 7 * 1_440)
            from comparison in Gen.Elements(Enum.GetValues<ComparisonOperator>())
            from threshold in Gen.Choose(0, 1_000_000)
            from consecutive in Gen.Choose(1, 60)
            from retroactive in Flag
            from missing in Gen.Elements(Enum.GetValues<MissingSlices>())
            select new TimeSlices
            {
                Length = Duration.FromMinutes(minutes),
                Operator = comparison,
                Threshold = threshold / 1_000_000m,
                Consecutive = consecutive,
                Retroactive = retroactive,
                Missing = missing,
            };

        private static readonly Gen<Downtime> Downtime =
            from reason in Gen.Elements("", "backup", "a: b")
            from start in AnyInstant
            from seconds in Gen.Choose(1, 7 * 86_400)
            from second in Gen.Choose(0, 86_399)
            from zone in Zone
            from hasFrom in Flag
            from hasUntil in Flag
            from weekdays in Gen.SubListOf(Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None))
            from days in Gen.SubListOf(Enumerable.Range(1, 31))
            from kind in Gen.Choose(0, 3)
            let length = Duration.FromSeconds(seconds)
            let recurring = new RecurringDowntime
            {
                Id = "",
                Reason = reason,
                TimeOfDay = LocalTime.FromSecondsSinceMidnight(second),
                Length = length,
                Zone = zone,
                From = hasFrom ? start : null,
                Until = hasUntil ? start + length : null,
            }
            select kind switch
            {
                0 => new OneOffDowntime { Id = "", Reason = reason, Start = start, End = start + length },
                1 => recurring with { DaysOfWeek = [.. weekdays] },
                2 => recurring with { DaysOfMonth = [.. days] },
                _ => (Downtime)recurring,
            };

        public static Arbitrary<Objective> Objective() => Definition.ToArbitrary();

        private static Gen<Objective> Definition =>
            from target in Gen.Choose(1, 99_999)
            from period in Period
            from slices in Slices
            from method in Gen.Elements(Enum.GetValues<BudgetingMethod>())
            from kind in Gen.Choose(0, 3)
            from milliseconds in Gen.Choose(1, 100_000)
            from downtimes in Gen.ListOf(Downtime, 3)
            from at in AnyInstant
            from text in Text
            from hasEnd in Flag
            from isElsewhere in Flag
            let indicator = kind switch
            {
                0 => new EventRatioIndicator { Valid = "v", Bad = "b{a=\"b:c\"}" },
                1 => new EventRatioIndicator { Good = "g", Valid = "v" },
                2 => new LatencyIndicator { Histogram = "h{a='b:c'}", Threshold = Duration.FromMilliseconds(milliseconds) },
                _ => (Indicator)new GaugeIndicator { Gauge = "max(g) / 2" },
            }
            let budgeting = indicator is GaugeIndicator ? BudgetingMethod.Timeslices : method
            select new Objective
            {
                Id = "slo",
                Target = new ObjectiveTarget(target / 100_000m),
                Period = period,
                Indicator = indicator,
                MeasuredElsewhere = isElsewhere,
                Budgeting = budgeting,
                Slices = budgeting switch
                {
                    BudgetingMethod.Timeslices => slices,
                    BudgetingMethod.RatioTimeslices => new TimeSlices { Length = slices.Length, Missing = slices.Missing },
                    _ => null,
                },
                Downtimes = [.. downtimes.Select((d, i) => d with { Id = $"downtime {i}" })],
                Resets = [new BudgetReset { Id = "r", At = at, Reason = text, By = text }],
                Annotations = [new Annotation { Id = "n", Start = at, End = hasEnd ? at + Duration.FromHours(1) : null, Text = text }],
            };
    }
}
