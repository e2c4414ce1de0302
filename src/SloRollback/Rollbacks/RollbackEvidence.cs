using System.Collections.Immutable;
using System.Text.Json;
using SloRollback.Serialization;

namespace SloRollback.Rollbacks;

/// <summary>
/// Why a decision was taken, and what came of it: a document that can be kept, read by people and replayed
/// (<c>RollbackDecider.Decide(evidence.Input)</c> yields <see cref="Decision"/> again).
/// </summary>
public sealed record RollbackEvidence
{
    /// <summary>The version of this document's form that this library writes.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>The version of the document's form.</summary>
    public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    /// <summary>The document's id, derived from rule, episode and time of evaluation.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the policy in force: rule, target, period, indicator and settings.</summary>
    public required string PolicyHash { get; init; }

    /// <summary>Everything the decision rests on.</summary>
    public required DecisionInput Input { get; init; }

    /// <summary>What was decided.</summary>
    public required RollbackDecision Decision { get; init; }

    /// <summary>The rollback's states in order; empty when nothing followed.</summary>
    public ImmutableArray<RollbackRecord> Transitions { get; init; } = [];

    /// <summary>The provider's answers in order.</summary>
    public ImmutableArray<ProviderResponse> ProviderResponses { get; init; } = [];

    /// <summary>The last look at the verification.</summary>
    public Verification? Verification { get; init; }

    /// <summary>Writes the document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SloRollbackJsonContext.Default.RollbackEvidence);

    /// <summary>Reads a document.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <exception cref="JsonException">Not an evidence document, or one of a newer form.</exception>
    public static RollbackEvidence Parse(string json)
    {
        var evidence = JsonSerializer.Deserialize(json, SloRollbackJsonContext.Default.RollbackEvidence)
            ?? throw new JsonException("The evidence document is null.");
        return evidence.SchemaVersion is >= 1 and <= CurrentSchemaVersion
            ? evidence
            : throw new JsonException($"The evidence document has schema version {evidence.SchemaVersion}; this library reads 1 to {CurrentSchemaVersion}.");
    }
}
