using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NodaTime;
using SloRollback.Serialization;

namespace SloRollback.Rollbacks;

/// <summary>
/// Why a decision was taken, and what came of it: a document that can be kept, read by people and replayed
/// (<see cref="Replay"/> yields <see cref="Decision"/> again). Its form is published as <c>docs/evidence.schema.json</c>. Version 1 had no rollbacks by
/// hand and always an input.
/// </summary>
public sealed record RollbackEvidence
{
    /// <summary>The version of this document's form that this library writes.</summary>
    public const int CurrentSchemaVersion = 2;

    /// <summary>The version of the document's form.</summary>
    public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    /// <summary>The document's id, derived from all that the decision rests on.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the policy in force: rule, target, period, indicator and settings; by hand, of the settings alone.</summary>
    public required string PolicyHash { get; init; }

    /// <summary>Everything the decision rests on; <see langword="null"/> of a rollback by hand.</summary>
    public DecisionInput? Input { get; init; }

    /// <summary>What a person asked for and what the answer rests on; <see langword="null"/> when a rule asked.</summary>
    public ManualRollbackInput? Manual { get; init; }

    /// <summary>What was decided.</summary>
    public required RollbackDecision Decision { get; init; }

    /// <summary>The rollback's states in order; empty when nothing followed.</summary>
    public ImmutableArray<RollbackRecord> Transitions { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The provider's answers in order.</summary>
    public ImmutableArray<ProviderResponse> ProviderResponses { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The last look at the verification.</summary>
    public Verification? Verification { get; init; }

    /// <summary>The time that the decision is about.</summary>
    [JsonIgnore]
    public Instant DecidedAt => Input?.EvaluatedAt ?? Manual?.At ?? Instant.MinValue;

    /// <summary>Takes the decision again from what it rested on.</summary>
    /// <exception cref="InvalidOperationException">The document says nothing of what it rested on.</exception>
    public RollbackDecision Replay() =>
        Input is not null ? RollbackDecider.Decide(Input)
        : Manual is not null ? ManualRollbackDecider.Decide(Manual)
        : throw new InvalidOperationException($"Evidence {Id} holds no input.");

    /// <summary>Writes the document. It is not escaped for HTML: who shows it in a page escapes it there.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReadableJson.Context.RollbackEvidence);

    /// <summary>Reads a document.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <exception cref="JsonException">Not an evidence document, or one of a newer form.</exception>
    public static RollbackEvidence Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var document = JsonNode.Parse(json) as JsonObject ?? throw new JsonException("An evidence document is a JSON object.");
            var version = (document["schemaVersion"] as JsonValue)?.TryGetValue(out int number) == true ? number : 0;
            if (version is < 1 or > CurrentSchemaVersion)
                throw new JsonException($"The evidence document has schema version {version}; this library reads 1 to {CurrentSchemaVersion}.");

            EvidenceDefaults.Fill(document);
            var evidence = document.Deserialize(SloRollbackJsonContext.Default.RollbackEvidence)!;
            return evidence.Input is null == evidence.Manual is null
                ? throw new JsonException("An evidence document holds either \"input\" or \"manual\".")
                : evidence;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or InvalidOperationException or OverflowException)
        {
            // A value of the right form that no type takes, such as a period of no length.
            throw new JsonException($"Not an evidence document: {e.Message}", e);
        }
    }
}
