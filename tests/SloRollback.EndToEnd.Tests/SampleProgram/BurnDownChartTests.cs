using System.Collections.Immutable;
using SloRollback.Sample.Display;
using SloRollback.Sample.Scenarios;

namespace SloRollback.EndToEnd.Tests.SampleProgram;

public sealed class BurnDownChartTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 0)]
    [InlineData(1, -0.2)]
    [InlineData(0.9, -7.5)]
    [InlineData(-1, 1)]
    public void Any_course_of_the_budget_fits_the_frame(double first, double last)
    {
        ImmutableArray<BudgetSample> samples =
            [.. Enumerable.Range(0, 40).Select(i => new BudgetSample(TimeSpan.FromSeconds(i), first + ((last - first) * i / 39)))];
        Moment[] marks = [.. new[] { (0, "v1"), (20, "v2"), (21, "rollback"), (40, "verified") }
            .Select(m => new Moment(TimeSpan.FromSeconds(m.Item1), m.Item2, ""))];
        foreach (var width in (int[])[40, 80, 100])
        {
            var lines = BurnDownChart.Draw(samples, marks, TimeSpan.FromSeconds(40), width).ToList();
            Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
            Assert.Equal(4, lines.Single(l => l.Contains('└', StringComparison.Ordinal)).Count(c => c == '▲'));
            Assert.All(marks, mark => Assert.Contains(lines, l => l.Contains(mark.Label, StringComparison.Ordinal)));
        }
    }
}
