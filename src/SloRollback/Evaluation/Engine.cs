using SloRollback.Indicators;

namespace SloRollback.Evaluation;

/// <summary>
/// The one composition of everything that is decided: readings become counts, counts verdicts, verdicts episodes, episodes decisions.
/// Production, tests and simulation call it alike; it reads no clock and does no I/O.
/// </summary>
internal static class Engine
{
    /// <summary>
    /// Evaluates all steps up to <see cref="EngineInput.Now"/>. Steps that were missed are replayed one by one before anything is
    /// decided; decisions are taken once, at the newest step.
    /// </summary>
    public static EngineOutput Step(EngineState state, EngineInput input)
    {
        var output = new OutputBuilder(state, input);
        TakeIn(state, input, output);
        foreach (var objective in state.Objectives)
        {
            // An objective that could not be brought up to now is judged blind: unknown ends and starts nothing.
            if (!objective.Outcome.IsRead || objective.Counts.Next <= EngineState.Newest(objective, input.Now))
                RuleEvaluation.EvaluateBlind(objective, input, output);

            Blindness.Count(state, objective, input, output);
        }

        RuleEvaluation.Forget(state, input);
        foreach (var objective in state.Objectives)
            Decisions.Take(state, objective, input, output);
        Decisions.Attribute(state, output);
        output.NoticeRedeployed();
        return output.Build();
    }

    // Step by step over all objectives, not objective by objective: what depends on the counts of others sees them as they were.
    private static void TakeIn(EngineState state, EngineInput input, OutputBuilder output)
    {
        RuleEvaluation.Recompute(state, input, output);
        var length = state.Settings.Step;
        var step = StepGrid.IndexOf(input.Now, length);
        for (var i = 0; i < state.Objectives.Length; i++)
        {
            var objective = state.Objectives[i];
            if (objective.IsComposite)
                continue;

            var readings = input.Readings[i];
            (objective.Outcome, objective.IsClockSkewed, objective.IsFromElsewhere) = (readings.Outcome, readings.IsClockSkewed, readings.IsFromElsewhere);
            StepIntake.Fill(state, objective, readings);
            if (!readings.Cells.IsEmpty)
                step = Math.Min(step, StepGrid.IndexOf(StepGrid.StartOf(StepIntake.Unread(objective, readings) + 1, objective.Terms.Step), length));
        }

        for (; step <= StepGrid.IndexOf(input.Now, length); step++)
        {
            var until = StepGrid.StartOf(step, length);
            for (var i = 0; i < state.Objectives.Length; i++)
            {
                var objective = state.Objectives[i];
                if (!objective.IsComposite && StepIntake.TryRecord(objective, input.Readings[i], until) && !objective.IsLate)
                    RuleEvaluation.Evaluate(state, objective, input, output);
            }

            foreach (var objective in state.Late)
            {
                if (objective.IsComposite)
                    CompositeIntake.Take(objective);
                if (objective.Counts.HasStarted && objective.Counts.Next > objective.Evaluated)
                    RuleEvaluation.Evaluate(state, objective, input, output);
            }

            RuleEvaluation.BeginPeriods(state, input, output);
        }
    }
}
