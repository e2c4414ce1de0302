using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using NodaTime;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.History;

/// <summary>What history keeps of a ReplicaSet or ControllerRevision while it works: of a thousand of them the JSON would be too much.</summary>
internal sealed record RevisionFacts
{
    /// <summary>The identity by which the engine knows its content.</summary>
    public required string Id { get; init; }

    /// <summary>The object's name.</summary>
    public required string Name { get; init; }

    /// <summary>The digest of its pod template.</summary>
    public required string Digest { get; init; }

    /// <summary>Its number now.</summary>
    public required long Number { get; init; }

    /// <summary>The numbers that it had before it came back; a ControllerRevision forgets them.</summary>
    public ImmutableArray<long> EarlierNumbers { get; init; } = [];

    /// <summary>When it came to be: the start of its first rollout.</summary>
    public required Instant CreatedAt { get; init; }

    /// <summary>When it got its present number; only of a ControllerRevision, which nothing else changes.</summary>
    public Instant? NumberedAt { get; init; }

    public string Images { get; init; } = "";

    public string ChangeCause { get; init; } = "";

    public bool IsRollbackUnsafe { get; init; }

    public static RevisionFacts Of(WorkloadRevision revision, WorkloadKind kind) => new()
    {
        Id = revision.ToRevision().Id,
        Name = revision.Name,
        Digest = revision.Template.Digest,
        Number = revision.Number,
        EarlierNumbers = kind.NumberAnnotation is { } annotation ? Numbers(revision.Annotation($"{annotation}-history")) : [],
        CreatedAt = ManagedFields.Time(revision.Json, "metadata", "creationTimestamp") ?? Instant.MinValue,
        NumberedAt = kind.KeepsReplicaSets ? null : ManagedFields.NewestOwner(revision.Json, "f:revision"),
        Images = ImagesOf(revision.Template.Json),
        ChangeCause = revision.ChangeCause ?? "",
        IsRollbackUnsafe = revision.Annotation(RollbackMarks.Unsafe) == "true" || revision.Template.Json.Text("metadata", "annotations", RollbackMarks.Unsafe) == "true",
    };

    private static string ImagesOf(JsonElement template) =>
        string.Join(", ", template.Items("spec", "containers").Select(c => c.Text("image")).OfType<string>().Distinct());

    private static ImmutableArray<long> Numbers(string? text) =>
    [
        .. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(n => long.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(n => long.Parse(n, CultureInfo.InvariantCulture)),
    ];
}
