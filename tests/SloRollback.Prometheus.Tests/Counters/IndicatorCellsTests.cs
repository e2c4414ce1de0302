using SloRollback.Indicators;
using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Tests.Counters;

/// <summary>The boundaries, one by one. A step is 60 s, the gap tolerance 300 s; times are given in seconds.</summary>
public sealed class IndicatorCellsTests
{
    private readonly List<CounterSeries> bad = [];
    private readonly List<CounterSeries> valid = [];
    private readonly HashSet<long> alive = [];

    [Fact]
    public void A_sample_at_the_end_of_a_step_belongs_to_the_next()
    {
        Valid("a", (0, 100), (30, 110), (60, 117));
        Assert.Equal([10, 7], Read(0, 2).Select(c => c.Second));
    }

    [Fact]
    public void A_smaller_value_is_a_reset_and_the_growth_after_it_counts()
    {
        Valid("a", (0, 100), (15, 120), (30, 5), (45, 9), (59, 2));
        Assert.Equal(20 + 5 + 4 + 2, Read(0, 1)[0].Second);
    }

    [Fact]
    public void Growth_over_an_outage_of_the_source_is_spread_evenly()
    {
        Valid("a", (0, 0), (30, 10), (270, 50));
        var cells = Read(0, 5);
        Assert.Equal([10, 10, 10, 10, 10], cells.Select(c => c.Second));
        Assert.Equal([false, true, true, true, true], cells.Select(c => c.IsRecovered));
        Assert.All(cells, c => Assert.Equal(StepState.Measured, c.State));
    }

    [Fact]
    public void Growth_over_steps_that_only_the_target_missed_is_spread_as_well()
    {
        Valid("a", (0, 0), (30, 10), (270, 50));
        alive.UnionWith([0, 1, 2, 3, 4]);
        var cells = Read(0, 5);
        Assert.Equal([10, 10, 10, 10, 10], cells.Select(c => c.Second));
        Assert.Equal([false, true, true, true, true], cells.Select(c => c.IsRecovered));
        Assert.All(cells, c => Assert.Equal(StepState.Measured, c.State));
    }

    [Fact]
    public void One_replica_that_missed_its_scrapes_is_caught_up_with()
    {
        Valid("a", (0, 0), (30, 1), (90, 2), (150, 3));
        Valid("b", (0, 0), (31, 5), (151, 25));
        Assert.Equal([6, 1, 21], Read(0, 3).Select(c => c.Second));
    }

    [Fact]
    public void Growth_over_a_gap_of_any_length_is_spread_over_it()
    {
        Valid("a", (0, 0), (30, 10), (690, 65), (705, 68));
        var cells = Read(0, 12);
        Assert.Equal([10, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 8], cells.Select(c => c.Second));
        Assert.All(cells[1..], c => Assert.True(c.IsRecovered));
    }

    [Fact]
    public void Counters_that_all_get_another_name_at_once_go_on_from_where_they_were()
    {
        Valid("a", (0, 1_000_000), (30, 1_000_010));
        Valid("a", (0, 500), (30, 501));
        Valid("a", (60, 1_000_020), (90, 1_000_025));
        Valid("a", (60, 503), (90, 503));
        Assert.Equal([11, 10 + 2 + 5], Read(0, 2).Select(c => c.Second));
    }

    [Fact]
    public void A_counter_that_appears_while_others_go_on_counts_from_0()
    {
        Valid("a", (0, 7), (30, 8), (60, 9));
        Valid("a", (0, 3), (30, 3));
        Valid("a", (60, 5));
        Assert.Equal([1, 1 + 5], Read(0, 2).Select(c => c.Second));
    }

    [Fact]
    public void A_replica_that_was_away_for_long_brings_no_burst()
    {
        Valid("a", (0, 0), (30, 1), (90, 2), (150, 3), (210, 4), (270, 5), (330, 6), (390, 7));
        Valid("b", (0, 0), (30, 1), (390, 601));
        var cells = Read(0, 7);
        Assert.Equal([2, 1, 1, 1, 1, 1, 101], cells.Select(c => c.Second));
        Assert.All(cells, c => Assert.False(c.IsRecovered));
    }

    [Fact]
    public void A_value_from_long_before_is_remembered_where_the_source_keeps_it()
    {
        Valid("a", (-3000, 7), (30, 57));
        var cells = Read(-1, 2);
        Assert.Equal([1, 1], cells.Select(c => c.Second));
        Assert.All(cells, c => Assert.True(c.IsRecovered));
    }

    [Fact]
    public void A_gap_of_just_the_tolerance_is_still_one()
    {
        Valid("a", (0, 0), (30, 10), (330, 70));
        Assert.Equal(70, Read(0, 6).Sum(c => c.Second), 1e-9);
    }

    [Fact]
    public void A_series_counts_from_0_when_its_target_was_sampled_without_it()
    {
        Valid("a", (0, 100), (30, 110), (45, 120));
        Bad("a", (45, 3));
        Assert.Equal(new SliCell(StepState.Measured, 3, 20), Read(0, 1)[0]);
    }

    [Fact]
    public void A_series_of_a_new_target_begins_with_a_baseline()
    {
        Valid("a", (0, 100), (30, 110), (45, 120));
        Valid("b", (45, 5000), (50, 5001));
        Bad("b", (45, 4000));
        Assert.Equal(new SliCell(StepState.Measured, 0, 21), Read(0, 1)[0]);
    }

    [Fact]
    public void Without_identity_any_earlier_sample_shows_that_a_series_is_new()
    {
        Valid(TargetIdentity.Unknown, (0, 100), (30, 110));
        Bad(TargetIdentity.Unknown, (30, 3));
        Assert.Equal(3, Read(0, 1)[0].First);
    }

    [Fact]
    public void A_known_birth_counts_from_0_even_where_the_value_hides_the_reset()
    {
        valid.Add(new CounterSeries("a", [new CounterSample(0, 10), new CounterSample(30_000, 15, IsBirth: true), new CounterSample(45_000, 16)]));
        Assert.Equal(16, Read(0, 1)[0].Second);
    }

    [Fact]
    public void What_is_no_number_is_passed_over()
    {
        Valid("a", (0, 0), (10, double.PositiveInfinity), (15, 5), (30, double.NaN), (45, 100), (50, 101));
        Assert.Equal(101, Read(0, 1)[0].Second);
    }

    [Fact]
    public void A_step_with_nothing_but_baselines_is_unmeasured()
    {
        Valid("a", (30, 5000), (70, 5001));
        Assert.Equal([StepState.Unmeasured, StepState.Measured], Read(0, 2).Select(c => c.State));
    }

    [Fact]
    public void Series_that_are_gone_while_the_source_lives_are_missing_and_absent_once_the_tolerance_has_passed()
    {
        Valid("a", (0, 0), (30, 10));
        alive.UnionWith(Enumerable.Range(0, 10).Select(i => (long)i));
        var cells = Read(0, 8);
        Assert.Equal(StepState.Measured, cells[0].State);
        Assert.All(cells[1..], c => Assert.Equal(StepState.Missing, c.State));
        Assert.All(cells[6..], c => Assert.Equal(AbsentSelectors.Both, c.Absent));
        Assert.All(cells[1..], c => Assert.Equal(0, c.Second));
    }

    [Fact]
    public void A_silent_source_is_unmeasured_and_never_without_events()
    {
        Valid("a", (0, 0), (30, 10));
        Assert.All(Read(1, 8), c => Assert.Equal(StepState.Unmeasured, c.State));
    }

    [Fact]
    public void It_is_said_which_selector_matched_nothing()
    {
        Valid("a", (0, 0), (30, 10));
        Assert.Equal(AbsentSelectors.First, Read(0, 1)[0].Absent);
    }

    private void Bad(string target, params (long Seconds, double Value)[] samples) => bad.Add(Series(target, samples));

    private void Valid(string target, params (long Seconds, double Value)[] samples) => valid.Add(Series(target, samples));

    private static CounterSeries Series(string target, (long Seconds, double Value)[] samples) =>
        new(target, [.. samples.Select(s => new CounterSample(s.Seconds * 1000, s.Value))]);

    private SliCell[] Read(long first, int count)
    {
        var window = new StepWindow(first, count, 60_000, 300_000);
        var cells = new SliCell[count];
        new IndicatorCells(window, targets: null, alive.Contains).Fill(bad, valid, cells);
        return cells;
    }
}
