using SloRollback.Evaluation;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Evaluation;

/// <summary>Brings a status up to date with what the coordinator made of the evaluation.</summary>
internal static class StatusWriter
{
    public static EngineStatus WithOutcome(EngineStatus status, EngineState state, GuardState guards) => status with
    {
        Guards = guards,
        Objectives =
        [
            .. status.Objectives.Select((objective, i) => objective with
            {
                Rules =
                [
                    .. objective.Rules.Select((rule, j) => rule with
                    {
                        Decision = state.Objectives[i].Rules[j].LastDecision,
                        EvidenceId = state.Objectives[i].Rules[j].EvidenceId,
                    }),
                ],
            }),
        ],
    };
}
