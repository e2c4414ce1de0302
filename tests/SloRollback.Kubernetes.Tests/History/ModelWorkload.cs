using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using SloRollback.Kubernetes.History;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Tests.History;

/// <summary>
/// A naive API server and controller for one workload, which writes down every rollout that it begins. The rules are those seen on
/// the real one: what is edited is recorded per manager, the controller uses an old revision object again and gives it a new number.
/// </summary>
/// <param name="kind">The kind.</param>
/// <param name="notesFirstOnly">Does the server note when a manager came to own what it owns, and not when it changed it again? Old ones do.</param>
internal sealed class ModelWorkload(WorkloadKind kind, bool notesFirstOnly = false)
{
    private readonly Dictionary<string, (Instant Time, bool OwnsTemplate)> managers = [];
    private readonly List<ModelRevision> revisions = [];
    private readonly List<Rollout> rollouts = [];
    private int replicas = 3;
    private int template;
    private int observedTemplate = -1;
    private string cause = "first";
    private string number = "";
    private long generation = 1;
    private long observed;
    private Instant changedAt;
    private Instant statusAt;
    private (string Reason, Instant At, string Revision)? condition;
    private bool isComplete;
    private bool isBlurred;

    /// <summary>One rollout as it was.</summary>
    /// <param name="Template">Its content.</param>
    /// <param name="Number">Its number.</param>
    /// <param name="Start">When it began, in whole seconds.</param>
    /// <param name="IsReuse">Was the content there before?</param>
    public sealed record Rollout(int Template, long Number, Instant Start, bool IsReuse)
    {
        /// <summary>Did the manager that changed the template change something else before the rollout ended? Then nobody can tell the start.</summary>
        public bool IsBlurred { get; set; }

        /// <summary>When the controller began it; what came back started when the template was changed.</summary>
        public Instant ActedAt { get; init; }

        public Instant? EndedAt { get; set; }
    }

    private sealed record ModelRevision(int Template, string Name, Instant Created)
    {
        public long Number { get; set; }

        public Instant NumberedAt { get; set; }

        public List<long> Earlier { get; } = [];
    }

    public Instant Now { get; set; } = Instant.FromUtc(2026, 3, 1, 12, 0);

    public IReadOnlyList<Rollout> Rollouts => rollouts;

    public bool IsSynced => observed == generation && observedTemplate == template;

    public void Create(string manager)
    {
        (changedAt, statusAt) = (Now, Now);
        Manage(manager, ownsTemplate: true);
    }

    public void Edit(int newTemplate, string manager)
    {
        if (newTemplate == template)
            return;

        template = newTemplate;

        // An old server tells another change of a manager since.
        isBlurred = notesFirstOnly && managers.Values.Any(m => m.OwnsTemplate && m.Time > rollouts[^1].Start);
        changedAt = Now.Second();
        generation++;
        Manage(manager, ownsTemplate: true);
    }

    public void Scale(int count, string manager)
    {
        if (count == replicas)
            return;

        replicas = count;
        generation++;
        Manage(manager, ownsTemplate: false);
    }

    public void Annotate(string text, string manager)
    {
        cause = text;
        Manage(manager, ownsTemplate: false);
    }

    /// <summary>As somebody does who applies a manifest that was exported long ago.</summary>
    public void WriteNumber(long other)
    {
        if (kind.NumberAnnotation is not null)
            number = $"{other}";
    }

    /// <summary>A pod dies and comes back: only the status changes.</summary>
    public void Flap() => statusAt = Now.Second();

    public void Sync()
    {
        observed = generation;
        statusAt = Now.Second();
        var running = revisions.MaxBy(r => r.Number);
        if (observedTemplate == template && running is not null)
        {
            number = $"{running.Number}";
            if (changedAt > rollouts[^1].Start)
                rollouts[^1].IsBlurred = true;
            return;
        }

        observedTemplate = template;
        isComplete = false;
        var next = (running?.Number ?? 0) + 1;
        var again = revisions.Find(r => r.Template == template);
        if (again is null)
        {
            again = new ModelRevision(template, $"web-t{template}", Now.Second());
            revisions.Add(again);
            rollouts.Add(new Rollout(template, next, Now.Second(), IsReuse: false) { ActedAt = Now.Second() });
        }
        else
        {
            again.Earlier.Add(again.Number);
            rollouts.Add(new Rollout(template, next, kind.KeepsReplicaSets ? changedAt : Now.Second(), IsReuse: true) { IsBlurred = isBlurred, ActedAt = Now.Second() });
        }

        (again.Number, again.NumberedAt, number) = (next, Now.Second(), $"{next}");
        condition = ("ReplicaSetUpdated", Now.Second(), again.Name);
    }

    public void End(string reason)
    {
        if (!IsSynced || condition?.Reason == "NewReplicaSetAvailable")
            return;

        condition = (reason, Now.Second(), revisions.MaxBy(r => r.Number)!.Name);
        isComplete = reason == "NewReplicaSetAvailable";
        statusAt = Now.Second();
        if (isComplete)
            rollouts[^1].EndedAt ??= Now.Second();
    }

    public WorkloadObject Read()
    {
        var name = revisions.MaxBy(r => r.Number)?.Name;
        var updated = isComplete ? replicas : 0;
        var json = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "web",
                ["uid"] = "u1",
                ["generation"] = generation,
                ["annotations"] = Annotations(number),
                ["managedFields"] = new JsonArray([.. managers.Select(m => Managed(m.Key, m.Value.Time, m.Value.OwnsTemplate ? "f:template" : "f:replicas", "f:spec")), Managed("controller", statusAt, "f:observedGeneration", "f:status")]),
            },
            ["spec"] = new JsonObject { ["replicas"] = replicas, ["template"] = Template(template, null) },
            ["status"] = new JsonObject
            {
                ["observedGeneration"] = observed,
                ["updateRevision"] = name,
                ["currentRevision"] = isComplete ? name : "old",
                ["replicas"] = replicas,
                ["updatedReplicas"] = updated,
                ["availableReplicas"] = replicas,
                ["readyReplicas"] = replicas,
                ["desiredNumberScheduled"] = 3,
                ["updatedNumberScheduled"] = isComplete ? 3 : 0,
                ["numberAvailable"] = 3,
            },
        };
        if (condition is { } now && kind.KeepsReplicaSets)
        {
            json["status"]!["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Progressing",
                ["reason"] = now.Reason,
                ["lastUpdateTime"] = Text(now.At),
                ["message"] = $"ReplicaSet \"{now.Revision}\" is told about.",
            });
        }

        return new WorkloadObject(kind, Element(json));
    }

    public IReadOnlyList<RevisionFacts> ReadRevisions() =>
        [.. WorkloadRevisions.Of(Read(), ReadObjects().Select(Element)).Select(r => RevisionFacts.Of(r, kind))];

    public IEnumerable<JsonObject> ReadObjects() => revisions.Select(r => kind.KeepsReplicaSets ? ReplicaSet(r) : ControllerRevision(r));

    private JsonObject ReplicaSet(ModelRevision revision)
    {
        var set = Revision(revision);
        set["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"] = $"{revision.Number}";
        if (revision.Earlier.Count > 0)
            set["metadata"]!["annotations"]!["deployment.kubernetes.io/revision-history"] = string.Join(',', revision.Earlier);
        set["spec"] = new JsonObject { ["template"] = Template(revision.Template, $"h{revision.Template}") };
        return set;
    }

    private JsonObject ControllerRevision(ModelRevision revision)
    {
        var copy = Revision(revision);
        copy["revision"] = revision.Number;
        copy["metadata"]!["managedFields"] = new JsonArray(Managed("controller", notesFirstOnly ? revision.Created : revision.NumberedAt, "f:revision"));
        var content = Template(revision.Template, null);
        content["$patch"] = "replace";
        copy["data"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = content } };
        return copy;
    }

    private JsonObject Revision(ModelRevision revision) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = revision.Name,
            ["uid"] = $"uid-{revision.Name}",
            ["creationTimestamp"] = Text(revision.Created),
            ["labels"] = new JsonObject { [kind.HashLabels[0]] = $"h{revision.Template}" },
            ["annotations"] = new JsonObject(),
            ["ownerReferences"] = new JsonArray(new JsonObject { ["controller"] = true, ["uid"] = "u1" }),
        },
    };

    private JsonObject Annotations(string revision)
    {
        var annotations = new JsonObject { ["kubernetes.io/change-cause"] = cause };
        if (kind.NumberAnnotation is { } annotation && revision.Length > 0)
            annotations[annotation] = revision;
        return annotations;
    }

    private void Manage(string manager, bool ownsTemplate)
    {
        var owns = ownsTemplate || (managers.TryGetValue(manager, out var was) && was.OwnsTemplate);
        var isNoted = !notesFirstOnly || !managers.TryGetValue(manager, out var before) || before.OwnsTemplate != owns;
        managers[manager] = (isNoted ? Now.Second() : managers[manager].Time, owns);
        if (owns && !ownsTemplate && rollouts.Count > 0 && !(Now.Second() > rollouts[^1].EndedAt))
            rollouts[^1].IsBlurred = true;
        if (owns && !ownsTemplate && !IsSynced)
            isBlurred = true;
    }

    private static JsonObject Template(int template, string? hash)
    {
        var labels = new JsonObject { ["app"] = "web" };
        if (hash is not null)
            labels["pod-template-hash"] = hash;
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["creationTimestamp"] = null, ["labels"] = labels },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["image"] = $"app:v{template}" }) },
        };
    }

    private static JsonObject Managed(string manager, Instant time, string field, string? parent = null)
    {
        var fields = new JsonObject { [field] = new JsonObject() };
        return new JsonObject
        {
            ["manager"] = manager,
            ["time"] = Text(time),
            ["fieldsV1"] = parent is null ? fields : new JsonObject { [parent] = fields },
        };
    }

    private static string Text(Instant instant) => InstantPattern.General.Format(instant);

    private static JsonElement Element(JsonNode json) => JsonSerializer.SerializeToElement(json);
}
