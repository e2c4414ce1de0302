using System.Text.Json.Serialization;
using SloRollback.Evaluation;
using SloRollback.Objectives;
using SloRollback.Rollbacks;

namespace SloRollback.Serialization;

/// <summary>The one place that says how this library's types are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    WriteIndented = true,
    Converters =
    [
        typeof(InstantConverter), typeof(DurationConverter), typeof(LocalTimeConverter), typeof(ObjectiveTargetConverter),
        typeof(RollbackWindowConverter), typeof(DeploymentIdConverter), typeof(RollbackIdConverter),
    ])]
[JsonSerializable(typeof(RollbackEvidence))]
[JsonSerializable(typeof(RollbackRecord))]
[JsonSerializable(typeof(Pause))]
[JsonSerializable(typeof(OutboxMessage))]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(Downtime))]
[JsonSerializable(typeof(BudgetReset))]
[JsonSerializable(typeof(Annotation))]
[JsonSerializable(typeof(EpisodeDocument))]
internal sealed partial class SloRollbackJsonContext : JsonSerializerContext;
