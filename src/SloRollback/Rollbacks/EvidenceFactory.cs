using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SloRollback.Serialization;

namespace SloRollback.Rollbacks;

/// <summary>Makes evidence documents: the same decision has the same id everywhere.</summary>
internal static class EvidenceFactory
{
    public static RollbackEvidence Create(DecisionInput input, RollbackDecision decision) => new()
    {
        // Of all it holds: two replicas that decide about one evaluation, and did not see the same, have two documents.
        Id = "ev-" + Hash(JsonSerializer.Serialize(input, SloRollbackJsonContext.Default.DecisionInput))[..16],
        PolicyHash = PolicyHash(input),
        Input = input,
        Decision = decision,
    };

    public static RollbackEvidence Create(ManualRollbackInput input, RollbackDecision decision) => new()
    {
        Id = "ev-" + Hash(JsonSerializer.Serialize(input, SloRollbackJsonContext.Default.ManualRollbackInput))[..16],
        PolicyHash = Hash(JsonSerializer.Serialize(input.Settings, SloRollbackJsonContext.Default.EngineSettings)),
        Manual = input,
        Decision = decision,
    };

    private static string PolicyHash(DecisionInput input)
    {
        var json = SloRollbackJsonContext.Default;
        return Hash(string.Join(
            '\n',
            JsonSerializer.Serialize(input.Rule, json.PolicyRule),
            JsonSerializer.Serialize(input.Target, json.ObjectiveTarget),
            JsonSerializer.Serialize(input.Period, json.CompliancePeriod),
            JsonSerializer.Serialize(input.Indicator, json.Indicator),
            JsonSerializer.Serialize(input.Budgeting, json.BudgetingMethod),
            JsonSerializer.Serialize(input.Slices, json.TimeSlices!),
            JsonSerializer.Serialize(input.Settings, json.EngineSettings)));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
