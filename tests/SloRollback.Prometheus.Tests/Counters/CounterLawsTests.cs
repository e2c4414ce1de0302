using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Counters;

/// <summary>The laws that increments obey, on random histories.</summary>
public sealed class CounterLawsTests
{
    [SeedProperty(MaxTest = 300)]
    public void Cells_are_what_the_definitions_say(int seed)
    {
        var history = new CounterHistory(seed);
        var naive = new NaiveCells(history);
        var cells = Read(history, 0, CounterHistory.Steps);
        for (var i = 0; i < cells.Length; i++)
            AssertSame(naive.Cell(i), cells[i], i);
    }

    [SeedProperty(MaxTest = 1000)]
    public void Cutting_the_grid_changes_no_cell(int seed, byte first, byte cut, byte last)
    {
        var history = new CounterHistory(seed);
        var naive = new NaiveCells(history);
        int[] borders = [first % CounterHistory.Steps, cut % CounterHistory.Steps, last % CounterHistory.Steps];
        Array.Sort(borders);
        var (a, b, c) = (borders[0], borders[1], borders[2]);

        SliCell[] whole = Read(history, a, c - a);
        SliCell[] parts = [.. Read(history, a, b - a), .. Read(history, b, c - b)];
        for (var i = 0; i < whole.Length; i++)
        {
            // Whoever cuts through a long gap does not see its other side.
            if (!naive.IsInLongGap(a + i))
                AssertSame(whole[i], parts[i], a + i);
        }
    }

    [SeedProperty(MaxTest = 1000)]
    public void Increments_telescope_to_the_growth_in_the_samples(int seed)
    {
        var history = new CounterHistory(seed);
        var naive = new NaiveCells(history);
        var isCut = !Enumerable.Range(0, CounterHistory.Steps).Any(i => naive.IsInLongGap(i));
        var cells = isCut
            ? Enumerable.Range(0, CounterHistory.Steps).SelectMany(i => Read(history, i, 1)).ToArray()
            : Read(history, 0, CounterHistory.Steps);
        Assert.Equal(naive.Total(history.First), cells.Sum(c => c.First), 1e-6);
        Assert.Equal(naive.Total(history.Second), cells.Sum(c => c.Second), 1e-6);
    }

    [SeedProperty(MaxTest = 500)]
    public void What_comes_later_changes_only_steps_in_which_nothing_was_measured(int seed, byte now)
    {
        var history = new CounterHistory(seed);
        var step = now % CounterHistory.Steps;
        var live = Read(history, step, 1, latest: (step + 1) * CounterHistory.Step)[0];
        var later = Read(history, step, 1)[0];
        if (live.State == StepState.Measured)
            AssertSame(live, later, step);
    }

    [SeedProperty(MaxTest = 500)]
    public void Increments_are_never_negative_or_undefined(int seed)
    {
        foreach (var cell in Read(new CounterHistory(seed), 0, CounterHistory.Steps))
        {
            Assert.True(double.IsFinite(cell.First) && cell.First >= 0);
            Assert.True(double.IsFinite(cell.Second) && cell.Second >= 0);
        }
    }

    /// <summary>Reads as a source does: with no more samples than the window asks for.</summary>
    private static SliCell[] Read(CounterHistory history, long first, int count, long latest = long.MaxValue)
    {
        var window = new StepWindow(first, count, CounterHistory.Step, CounterHistory.GapTolerance);
        var until = Math.Min(window.Latest, latest);
        List<CounterSeries> Cut(List<CounterSeries> series) =>
            [.. series.Select(s => new CounterSeries(s.Target, s.Between(s.LastBefore(window.Earliest)?.Time ?? window.Earliest, until).ToArray())).Where(s => !s.Samples.IsEmpty)];

        var (one, two) = (Cut(history.First), Cut(history.Second));
        var cells = new SliCell[count];
        new IndicatorCells(window, targets: null, history.Alive.Contains).Fill(one, two, cells);
        return cells;
    }

    private static void AssertSame(SliCell expected, SliCell actual, long step)
    {
        Assert.True(expected.State == actual.State, $"step {step}: {expected} / {actual}");
        Assert.True(Math.Abs(expected.First - actual.First) < 1e-9, $"step {step}: {expected} / {actual}");
        Assert.True(Math.Abs(expected.Second - actual.Second) < 1e-9, $"step {step}: {expected} / {actual}");
        Assert.True(expected.Absent == actual.Absent, $"step {step}: {expected} / {actual}");
        Assert.True(expected.IsRecovered == actual.IsRecovered, $"step {step}: {expected} / {actual}");
    }
}
