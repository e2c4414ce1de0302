namespace SloRollback.Tests.Evaluation;

/// <summary>"Cannot see" is told once a rule could not be judged for three evaluations running, and for no lesser reason.</summary>
public sealed class BlindnessTests
{
    private static readonly PolicyRule Page = Given.PageRule() with { Rollback = null };

    private static IEnumerable<(Instant At, NotificationKind Kind)> Told(Flow flow) => flow.Outputs.SelectMany(o => o.Notifications).Select(n => (n.At, n.Kind));

    [Fact]
    public void A_source_that_cannot_be_read_is_told_at_the_third_evaluation_and_once()
    {
        var flow = new Flow(_ => Flow.Cell(0), Page).Through(-1, 0);
        for (var i = 1; i < 10; i++) flow.To(i, isRead: false);
        flow.To(10);
        Assert.Equal([(Given.At(4), NotificationKind.CannotSee), (Given.At(11), NotificationKind.Information)], Told(flow));
    }

    [Theory]
    [InlineData(StepState.Unmeasured)]
    [InlineData(StepState.Inconsistent)]
    public void So_are_newest_steps_that_are_no_ground_to_judge_on(StepState state)
    {
        var flow = new Flow(i => i >= 1 ? new SliCell(state, 0, 0) : Flow.Cell(0), Page).Through(-1, 9);
        Assert.Equal([(Given.At(4), NotificationKind.CannotSee)], Told(flow));
    }

    [Fact]
    public void Two_evaluations_that_cannot_see_are_not_told()
    {
        var flow = new Flow(i => i % 3 == 0 ? Flow.Cell(0) : new SliCell(StepState.Unmeasured, 0, 0), Page).Through(-1, 30);
        Assert.Empty(Told(flow));
    }

    [Fact]
    public void A_look_back_of_which_little_is_measured_is_told_where_there_is_something_to_judge()
    {
        var flow = new Flow(i => i % 3 == 0 ? Flow.Cell(1) : new SliCell(StepState.Unmeasured, 0, 0), Page).Through(-1, 30);
        Assert.Single(Told(flow), t => t.Kind == NotificationKind.CannotSee);
        Assert.Equal(UnknownReason.LookbackUnmeasured, flow.Outputs[^1].Status.Objectives[0].Rules[0].Reason);
    }

    [Fact]
    public void Few_events_and_look_backs_that_still_fill_are_no_blindness()
    {
        Assert.Empty(Told(new Flow(_ => Flow.Cell(0, 0.1), Page).Through(-1, 20)));
        var rule = Page with { When = new BudgetRemainingCondition { Below = 0.25m }, MinimumBad = 0, MinimumValid = 0 };
        var flow = new Flow(_ => Flow.Cell(0), rule).Through(-1, 20);
        Assert.Equal(UnknownReason.StillFilling, flow.Outputs[^1].Status.Objectives[0].Rules[0].Reason);
        Assert.Empty(Told(flow));
    }

    [Fact]
    public void A_history_that_cannot_be_read_is_told_of_a_rule_that_needs_it()
    {
        var flow = new Flow(_ => Flow.Cell(0)) { Blind = UnknownReason.HistoryUnavailable }.Through(-1, 9);
        Assert.Equal([(Given.At(2), NotificationKind.CannotSee)], Told(flow));
        Assert.Empty(Told(new Flow(_ => Flow.Cell(0), Page) { Blind = UnknownReason.HistoryUnavailable }.Through(-1, 9)));
    }
}
