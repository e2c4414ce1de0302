using System.Globalization;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads what an objective's budget is counted in: events, or slices of time and when one is good.</summary>
internal sealed class SlicingReader(ConfigurationNode objective, IndicatorKind kind, CompliancePeriod? period, Duration? step)
{
    private const string GoodExample = "\"Good\": \">= 99%\"";
    private const string ExampleOfAll = $"{{ \"Length\": \"5m\", {GoodExample} }}";

    private static readonly string[] OfVerdicts = ["Good", "Consecutive", "Retroactive"];
    private static readonly TimeSlices Defaults = new();

    public Slicing Read()
    {
        var method = objective.Value<BudgetingMethod>("Budgeting", Number.TryParseName, BudgetingMethod.Occurrences);
        if (method is null)
            return new Slicing();

        if (kind == IndicatorKind.Gauge && method != BudgetingMethod.Timeslices)
        {
            objective.Fault("Budgeting", "a gauge has no events to count; write \"Timeslices\"");
            return new Slicing();
        }

        return method == BudgetingMethod.Occurrences ? ReadNone() : ReadSlices(method.Value);
    }

    private Slicing ReadNone()
    {
        var events = new Slicing { Method = BudgetingMethod.Occurrences, Grid = step, IsRead = true };
        if (objective.Child("Slices") is not { } place)
            return events;

        const string Remedy = "for slices write \"Budgeting\": \"Timeslices\" or \"RatioTimeslices\"";
        if (place.IsAbsent("Missing"))
            place.Fault($"does not apply: events are counted; {Remedy}");
        else
            place.Fault("Missing", $"does not apply: without series there are no events to count; {Remedy}");
        return events with { IsRead = false };
    }

    private Slicing ReadSlices(BudgetingMethod method)
    {
        var nothing = new Slicing { Method = method };
        if (objective.Child("Slices") is not { } place)
        {
            if (method == BudgetingMethod.RatioTimeslices && step is { } length)
                return nothing with { Slices = Defaults with { Length = length }, Grid = length, IsRead = true };

            if (method == BudgetingMethod.Timeslices)
                objective.Missing("Slices", ExampleOfAll);
            return nothing;
        }

        if (!place.CheckKeys(KnownKeys.Slices))
            return nothing;

        var slice = ReadLength(place);
        var missing = place.Value<MissingSlices>("Missing", Number.TryParseName, Defaults.Missing);
        var slices = method == BudgetingMethod.Timeslices ? ReadVerdicts(place) : ReadRatios(place);
        if (slices is null || slice is null || missing is null)
            return nothing with { Grid = slice };

        return nothing with { Slices = slices with { Length = slice.Value, Missing = missing.Value }, Grid = slice, IsRead = true };
    }

    private Duration? ReadLength(ConfigurationNode place)
    {
        if (place.Value<Duration>("Length", HumanDuration.TryParse, step) is not { } length)
            return null;

        var written = HumanDuration.Format(length);
        string? fault = null;
        if (length <= Duration.Zero)
            fault = "is no length; example: \"5m\"";
        else if (step is { } one && HumanDuration.Nanoseconds(length) % HumanDuration.Nanoseconds(one) != 0)
            fault = $"is not a whole number of steps of {HumanDuration.Format(one)}";
        else if (period is not null && length > PeriodLengths.Of(period))
            fault = $"is longer than the period, {PeriodLengths.Describe(period)}";
        if (fault is null)
            return length;

        place.Fault("Length", $"{written} {fault}");
        return null;
    }

    private TimeSlices? ReadVerdicts(ConfigurationNode place)
    {
        var example = kind == IndicatorKind.Gauge ? "\"<= 0.3\"" : "\">= 99%\"";
        var good = place.Required<SliceCondition>("Good", SliceCondition.TryParse, example);
        var consecutive = place.Value<long>("Consecutive", Number.TryParseCount, Defaults.Consecutive);
        var retroactive = place.Value<bool>("Retroactive", Number.TryParseFlag, Defaults.Retroactive);
        if (consecutive is < 1 or > TimeSlices.MaximumConsecutive)
        {
            place.Fault("Consecutive", string.Create(
                CultureInfo.InvariantCulture, $"\"{consecutive}\" is outside its range, 1 to {TimeSlices.MaximumConsecutive}"));
            return null;
        }

        if (good is not { } condition || !CheckThreshold(place, condition) || consecutive is null || retroactive is null)
            return null;

        return Defaults with
        {
            Operator = condition.Operator,
            Threshold = condition.Threshold,
            Consecutive = (int)consecutive.Value,
            Retroactive = retroactive.Value,
        };
    }

    // Of events it is the share of good ones that is compared; a gauge may be anything.
    private bool CheckThreshold(ConfigurationNode place, SliceCondition good)
    {
        if (kind is IndicatorKind.Gauge or IndicatorKind.Unclear)
            return true;

        if (good.Threshold is < 0 or > 1)
        {
            place.Fault(
                "Good", $"\"{place.String("Good")}\" is about the share of good events, which lies between 0% and 100%; example: \">= 99%\"");
            return false;
        }

        if (good.Operator is ComparisonOperator.Less or ComparisonOperator.LessOrEqual)
        {
            var usual = $"\">= {Percentage.Format(good.Threshold)}\"";
            place.Log.Notice(LogLevel.Warning, place.PathOf("Good"), $"calls a slice good when few of its events are; {usual} is usual");
        }

        return true;
    }

    private static TimeSlices? ReadRatios(ConfigurationNode place)
    {
        string[] others = [.. OfVerdicts.Where(key => !place.IsAbsent(key))];
        foreach (var key in others)
            place.Fault(key, "does not apply to RatioTimeslices: a slice is as good as its share of good events");
        return others.Length == 0 ? Defaults : null;
    }
}
