namespace SloRollback.Tests.Evaluation;

/// <summary>Gaps are read again while targets may come back: nothing that was measured gets lost by it, and nothing counts twice.</summary>
public sealed class RereadTests
{
    private static readonly SliCell Out = new(StepState.Unmeasured, 0, 0);

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    [InlineData(5, 0)]
    [InlineData(2, 7)]
    [InlineData(3, 7)]
    public void Scraped_less_often_than_a_step_every_step_is_measured(int every, int dense)
    {
        var counts = Run(-1, 66, (step, newest) =>
        {
            var sampled = (step + every - 1) / every * every;
            return step < dense ? Flow.Cell(1, 10) : sampled > newest ? new SliCell(StepState.Missing, 0, 0) : Flow.Cell(1, 10) with { IsRecovered = true };
        }).Last(60);
        Assert.InRange(counts.Unmeasured + counts.Missing, 0, every);
        Assert.InRange(counts.Bad, 60 - every, 60);
    }

    [Fact]
    public void Two_short_outages_in_a_row_are_no_long_one()
    {
        var counts = Run(-1, 25, (step, newest) => step switch
        {
            >= 10 and <= 12 => newest >= 12 ? Flow.Cell(10) with { IsRecovered = true } : Out,
            >= 13 and <= 15 => newest >= 15 ? Flow.Cell(10) with { IsRecovered = true } : Out,
            _ => Flow.Cell(0),
        }).Last(60);
        Assert.Equal((60, 0), (counts.Bad, counts.Unmeasured));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(30, 1)]
    [InlineData(30, 2)]
    [InlineData(30, 5)]
    public void What_comes_back_later_counts_too(int gap, int delay)
    {
        // One target back at 40, the other, with half as much growth, some steps later.
        var isLong = gap > 5;
        var counts = Run(-1, 60, (step, newest) => step switch
        {
            _ when step >= 40 - gap && step < 40 => newest < 40 ? Out : Flow.Cell(newest >= 40 + delay ? 15 : 10) with { IsRecovered = true, IsLongGap = isLong },
            40 => Flow.Cell(10) with { IsRecovered = true, IsLongGap = isLong },
            _ when step == 40 + delay => Flow.Cell(5) with { IsRecovered = !isLong },
            _ => Flow.Cell(0),
        });
        Assert.Equal((15.0 * gap) + 15, counts.Budget().Bad, 6);
    }

    [Fact]
    public void A_gap_is_never_read_again_from_its_middle()
    {
        Run(-1, 30, (step, newest) => step switch
        {
            >= 10 and <= 14 => newest >= 14 ? Flow.Cell(10) with { IsRecovered = true } : Out,
            17 or 18 => newest >= 18 ? Flow.Cell(10) with { IsRecovered = true } : Out,
            _ => Flow.Cell(0),
        }, (step, first) => Assert.False(step > 14 && first is >= 10 and <= 14, $"{first} at {step}"));
    }

    [Fact]
    public void What_was_carried_into_the_step_after_a_gap_is_not_lost()
    {
        var objective = Given.Events(99.9m) with { Indicator = new EventRatioIndicator { Good = "good", Valid = "all" } };
        var state = new EngineState(new EngineSettings(), [new MonitoredService { Id = Given.Service, Objectives = [objective] }]);
        for (var step = -1; step <= 20; step++)
        {
            // 102 good of 100: 2 bad events too few in step 11, which 9 has no room for.
            SliCell At(long i) => i switch
            {
                9 => new SliCell(StepState.Measured, 102, 100),
                10 when step < 11 => Out,
                10 or 11 => new SliCell(StepState.Measured, 90, 100) { IsRecovered = true },
                _ => new SliCell(StepState.Measured, 100, 100),
            };
            var first = state.FirstToRead(state.Objectives[0], Given.Step0 + step);
            var cells = Enumerable.Range(0, (int)(Given.Step0 + step + 1 - first)).Select(i => At(first - Given.Step0 + i)).ToArray();
            Engine.Step(state, new EngineInput([new ObjectiveReadings(SliOutcome.Read(null), first, cells)], new Dictionary<DeploymentTarget, TargetHistory>(), GuardState.Empty, Given.At(step + 1), new HashSet<RollbackId>()));
        }

        Assert.Equal(18, state.Objectives[0].Counts.Last(60).Bad);
    }

    // Each step is evaluated as the newest one of its time, of which the script knows.
    private static IObjectiveCounts Run(int from, int to, Func<int, int, SliCell> script, Action<int, long>? asked = null)
    {
        var newest = from;
        var flow = new Flow(step => script(step, newest));
        for (; newest <= to; newest++)
        {
            if (newest > from)
                asked?.Invoke(newest, flow.State.FirstToRead(flow.State.Objectives[0], Given.Step0 + newest) - Given.Step0);
            flow.To(newest);
        }

        return flow.State.Objectives[0].Counts;
    }
}
