using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Expressions;

namespace SloRollback.Prometheus.Tests.Expressions;

/// <summary>What values of expressions become; <c>null</c> is no series.</summary>
public sealed class ExpressionCellsTests
{
    private static readonly StepWindow Window = new(10, 1, 100, 0);

    [Theory]
    [InlineData(3.0, 10.0, StepState.Measured, 3, 10, AbsentSelectors.None)]
    [InlineData(-2.0, 10.0, StepState.Measured, 0, 10, AbsentSelectors.None)]
    [InlineData(null, 10.0, StepState.Measured, 0, 10, AbsentSelectors.First)]
    [InlineData(3.0, null, StepState.Measured, 3, 0, AbsentSelectors.Second)]
    [InlineData(null, null, StepState.Missing, 0, 0, AbsentSelectors.Both)]
    [InlineData(double.NaN, 0.0, StepState.Measured, 0, 0, AbsentSelectors.None)]
    [InlineData(double.NaN, double.NaN, StepState.Measured, 0, 0, AbsentSelectors.None)]
    [InlineData(double.NaN, null, StepState.Measured, 0, 0, AbsentSelectors.Second)]
    [InlineData(double.NaN, 10.0, StepState.Unmeasured, 0, 0, AbsentSelectors.None)]
    [InlineData(3.0, double.NaN, StepState.Unmeasured, 0, 0, AbsentSelectors.None)]
    [InlineData(double.PositiveInfinity, 10.0, StepState.Unmeasured, 0, 0, AbsentSelectors.None)]
    [InlineData(3.0, double.NegativeInfinity, StepState.Unmeasured, 0, 0, AbsentSelectors.None)]
    public void Two_counts(double? first, double? second, StepState state, double x, double y, AbsentSelectors absent) =>
        Assert.Equal(new SliCell(state, x, y, absent), ExpressionCells.Counts(Of(first), Of(second), 0, isAlive: true));

    [Fact]
    public void Without_signs_of_life_nothing_is_missing()
    {
        Assert.Equal(StepState.Unmeasured, ExpressionCells.Counts(Of(null), Of(null), 0, isAlive: false).State);
        Assert.Equal(StepState.Unmeasured, ExpressionCells.Gauge(Of(null), 0, isAlive: false).State);
        Assert.Equal(StepState.Missing, ExpressionCells.Gauge(Of(null), 0, isAlive: true).State);
    }

    [Theory]
    [InlineData(-3.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_gauge_is_whatever_number_it_is(double mean) =>
        Assert.Equal(new SliCell(StepState.Measured, mean, 0), ExpressionCells.Gauge(Of(mean), 0, isAlive: false));

    [Fact]
    public void Two_series_at_once_are_not_measured()
    {
        var two = new SingleSeries(Answers.Of(("x=1", [(1000, 1)]), ("x=2", [(1000, 1)])), Window);
        Assert.Equal(default, ExpressionCells.Gauge(two, 0, isAlive: true));
        Assert.Equal(default, ExpressionCells.Counts(Of(1), two, 0, isAlive: true));
    }

    private static SingleSeries Of(double? value) => new(value is { } v ? Answers.Of(("", [(1099, v)])) : [], Window);
}
