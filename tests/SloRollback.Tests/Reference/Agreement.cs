namespace SloRollback.Tests.Reference;

/// <summary>What it means that the real counts agree with the reference.</summary>
internal static class Agreement
{
    // Steps that look-backs are asked for: round ones, those at the limits of the resolutions, any.
    private static int Lookback(Dice dice, Twin twin) => Math.Min(
        dice.Of(1, 5, 30, 60, twin.Singles - 1, twin.Singles, twin.Singles + 1, twin.Singles + 40, dice.Between(1, 400)),
        (int)twin.Real.Terms.LongestPeriodSteps);

    public static void Windows(Dice dice, Twin twin)
    {
        var (real, next) = (twin.Real, twin.Naive.Next);
        for (var i = 0; i < 6; i++)
        {
            var steps = Lookback(dice, twin);
            var window = real.Last(steps);
            Assert.Equal(steps, window.Steps);
            Assert.True(twin.Explained(window, next - steps, next, twin.Slack(next - steps)) is not null, $"the last {steps} of {twin}: {window}");
        }
    }

    public static void Between(Dice dice, Twin twin)
    {
        var (real, next) = (twin.Real, twin.Naive.Next);
        for (var i = 0; i < 3; i++)
        {
            var from = next - Lookback(dice, twin);
            var to = Math.Min(next, from + dice.Between(0, 150));
            var between = real.Between(from, to);
            Assert.True(Edges(to, twin.Slack(to)).Any(end => twin.Explained(between, from, end, twin.Slack(from)) is not null), $"{from} to {to} of {twin}: {between}");

            // Whole buckets that cover the stretch.
            var around = real.Around(from, to);
            var reach = from < twin.Naive.First ? 0 : twin.Bucket(from - 1) - 1;
            Assert.True(Edges(to, twin.Slack(to)).Any(end => twin.Explained(around, from, end, reach, -1) is not null), $"around {from} to {to} of {twin}: {around}");
        }
    }

    // The mean rate of the last 7 days; of a shorter period, of as much as is kept.
    private static long Recent(Twin twin) =>
        Math.Min(Math.Max(1, (long)Math.Round(Duration.FromDays(7) / twin.Real.Terms.Step)), twin.Real.Terms.LongestPeriodSteps);

    private static IEnumerable<long> Edges(long from, int slack) => Enumerable.Range(0, slack + 1).Select(i => from + i);

    public static void RollingBudget(Twin twin)
    {
        var (real, next) = (twin.Real, twin.Naive.Next);
        var count = real.Terms.LongestPeriodSteps;
        var recent = Recent(twin);
        var rate = twin.Explained(real.Last(recent), next - recent, next, twin.Slack(next - recent));
        Assert.True(rate is not null, $"{twin.Naive.Between(next - recent, next)} is not {real.Last(recent)} of {twin}");

        var budget = real.Budget();
        var expectedRate = twin.Naive.Between(rate.Value, next).MeanRate;
        var differences = Edges(next - count, twin.Slack(next - count))
            .Select(edge => twin.Naive.Rolling(count, edge, expectedRate).Differences(budget, isTotalExact: twin.Naive.IsSliced, twin.Tolerance))
            .ToList();
        Assert.True(differences.Contains(""), string.Join("\n", differences));
    }

    public static void CalendarBudget(Twin twin, long within)
    {
        var (real, next) = (twin.Real, twin.Naive.Next);
        var recent = Recent(twin);
        var edge = twin.Explained(real.Last(recent), next - recent, next, twin.Slack(next - recent));
        Assert.True(edge is not null, $"{twin.Naive.Between(next - recent, next)} is not {real.Last(recent)} of {twin}");

        var rate = twin.Naive.Between(edge.Value, next).MeanRate;
        var differences = twin.Naive.Calendar(within, rate).Differences(real.Budget(), isTotalExact: twin.Naive.IsSliced, twin.Tolerance);
        Assert.True(differences.Length == 0, $"{differences} at {next} of {twin}");
    }

    public static void Finished(Twin twin, long within)
    {
        var (expected, finished) = (twin.Naive.Finished(within), twin.Real.Finished().ToList());
        Assert.Equal(expected.Select(p => (p.Start, p.End)), finished.Select(p => (p.Start, p.End)));
        foreach (var (period, (_, _, budget)) in finished.Zip(expected))
        {
            Assert.Equal(twin.Objective.Target, period.Target);
            var differences = budget.Differences(period.Budget, isTotalExact: twin.Naive.IsSliced, twin.Tolerance);
            Assert.True(differences.Length == 0, $"{differences} in {period.Start} of {twin}");
        }
    }
}
