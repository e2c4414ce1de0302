using System.Text.Json;
using SloRollback.Deployments;

namespace SloRollback.Kubernetes.Workloads;

/// <summary>One revision that the cluster keeps of a workload: a ReplicaSet or a ControllerRevision.</summary>
internal sealed record WorkloadRevision
{
    /// <summary>Identity of the object.</summary>
    public required string Uid { get; init; }

    /// <summary>The object's name.</summary>
    public required string Name { get; init; }

    /// <summary>The hash of its content, with which the controller labels its pods: the same for the same content.</summary>
    public required string Hash { get; init; }

    /// <summary>The number, which moves when an old revision becomes the newest again.</summary>
    public required long Number { get; init; }

    public required PodTemplate Template { get; init; }

    public required JsonElement Json { get; init; }

    /// <summary>What the user or tool noted as the reason of the change.</summary>
    public string? ChangeCause => Annotation(ChangeCauseAnnotation);

    public const string ChangeCauseAnnotation = "kubernetes.io/change-cause";

    public string? Annotation(string name) => Json.Text("metadata", "annotations", name);

    /// <summary>The revision as the engine knows it. The id is the hash of the content; where the controller gave it none, the object's uid.</summary>
    public Revision ToRevision() => new() { Id = Hash.Length > 0 ? Hash : Uid, Name = $"rev {Number}" };

    /// <summary>Does a recorded identity mean this revision? By content or by object, never by number.</summary>
    /// <param name="id">The id of a <see cref="Revision"/>.</param>
    public bool Is(string id) => id.Length > 0 && (id == Hash || id == Uid || id == Name);

    public override string ToString() => $"rev {Number} ({(Hash.Length > 0 ? Hash : Name)})";
}
