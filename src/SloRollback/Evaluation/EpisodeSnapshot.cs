using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SloRollback.Serialization;

namespace SloRollback.Evaluation;

/// <summary>
/// The open episodes of an objective as JSON: with them and the counts of <see cref="ObjectiveSnapshot"/>, which are loaded first, an engine
/// that starts again goes on with the same onsets, vetoes and decisions. What cannot be used is refused with a reason.
/// </summary>
internal static class EpisodeSnapshot
{
    private const int Version = 1;

    /// <summary>The episodes of an objective that has counts.</summary>
    /// <exception cref="InvalidOperationException">Nothing was recorded yet.</exception>
    public static string Save(ObjectiveState objective)
    {
        if (!objective.Counts.HasStarted)
            throw new InvalidOperationException($"{objective.Key} has no counts yet");

        var document = new EpisodeDocument
        {
            Version = Version,
            Objective = objective.Key.ToString(),
            Next = objective.Counts.Next,
            Evaluated = objective.Evaluated,
            Counted = objective.Counted,
            GapFrom = objective.GapFrom,
            BlindEvaluations = objective.BlindEvaluations,
            Rules = [.. objective.Rules.Select(r => r.Save() with { Rule = r.Key.Rule, Target = TargetOf(r), Definition = Definition(r) })],
        };
        return JsonSerializer.Serialize(document, SloRollbackJsonContext.Default.EpisodeDocument);
    }

    /// <summary>Takes episodes over into an objective whose counts were loaded, and that was not evaluated since.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="snapshot">What was saved.</param>
    /// <returns>What was refused, and why; empty when nothing was. One rule that was changed does not keep the others from going on.</returns>
    public static ImmutableArray<string> Load(ObjectiveState objective, string snapshot)
    {
        EpisodeDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(snapshot, SloRollbackJsonContext.Default.EpisodeDocument);
        }
        catch (JsonException e)
        {
            return [$"the episodes are damaged: {e.Message}"];
        }

        if (Refusal(objective, document) is { } refusal)
            return [refusal];

        (objective.Evaluated, objective.Counted) = (document!.Evaluated, document.Counted);
        (objective.GapFrom, objective.BlindEvaluations) = (document.GapFrom, document.BlindEvaluations);
        var refused = ImmutableArray.CreateBuilder<string>();
        foreach (var saved in document.Rules)
        {
            if (objective.Rules.FirstOrDefault(r => r.Key.Rule == saved.Rule && TargetOf(r) == saved.Target) is not { } rule)
                refused.Add($"the rule {saved.Rule} is no longer there");
            else if (Definition(rule) != saved.Definition)
                refused.Add($"the rule {saved.Rule} was changed");
            else
                rule.Load(saved);
        }

        return refused.ToImmutable();
    }

    private static string? Refusal(ObjectiveState objective, EpisodeDocument? document)
    {
        if (document is not { Version: >= Version })
            return "this holds no episodes of an objective";
        if (document.Objective != objective.Key.ToString())
            return $"the episodes are of {document.Objective}";
        if (document.Rules.Any(r => r is null || r.Open.Any(e => e?.Episode is null) || r.Revisions.Any(v => v is null)))
            return "the episodes are damaged: a part is missing";

        return objective.Counts.HasStarted && objective.Counts.Next == document.Next
            ? null
            : "the counts are not of the same moment as the episodes";
    }

    private static string TargetOf(RuleState rule) => rule.Rule.Rollback?.Target.ToString() ?? "";

    private static string Definition(RuleState rule) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(rule.Rule, SloRollbackJsonContext.Default.PolicyRule))));
}
