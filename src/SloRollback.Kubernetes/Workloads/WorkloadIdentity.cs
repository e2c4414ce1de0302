using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SloRollback.Kubernetes.Workloads;

/// <summary>
/// What a plan saw, as the token that the engine gives back (SEMANTICS §8): while these are the same, the workload is the same. Not the
/// resourceVersion, which moves with the status, nor the generation, which moves with scale and annotations.
/// </summary>
/// <param name="Uid">The workload object.</param>
/// <param name="Template">The digest of its pod template.</param>
/// <param name="Revision">The uid of the revision that it asked for.</param>
/// <param name="Number">That revision's number: it moves when somebody went elsewhere and came back.</param>
/// <param name="Target">The uid of the revision to bring back.</param>
/// <param name="TargetTemplate">The digest of its template.</param>
/// <param name="Result">The digest of the template that the server says it would store: defaults and webhooks may add to it.</param>
internal sealed record WorkloadIdentity(string Uid, string Template, string Revision, long Number, string Target, string TargetTemplate, string Result)
{
    public static WorkloadIdentity Of(WorkloadObject workload, WorkloadRevision running, WorkloadRevision target) => new(
        workload.Uid,
        workload.Template is { } template ? PodTemplate.Of(template, workload.Kind).Digest : "",
        running.Uid,
        running.Number,
        target.Uid,
        target.Template.Digest,
        target.Template.Digest);

    public static bool TryParse(string token, [NotNullWhen(true)] out WorkloadIdentity? identity)
    {
        var parts = token.Split('|');
        identity = parts is ["v1", var uid, var template, var revision, var number, var target, var targetTemplate, var result]
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? new WorkloadIdentity(uid, template, revision, value, target, targetTemplate, result)
                : null;
        return identity is not null;
    }

    /// <summary>In what the workload now differs from what the plan saw; <see langword="null"/> when it has not moved.</summary>
    public string? Difference(WorkloadIdentity now)
    {
        if (Uid != now.Uid)
            return "it was deleted and made anew";
        if (Template != now.Template)
            return "its pod template was changed";
        if (Revision != now.Revision || Number != now.Number)
            return $"it was rolled out again: revision {Number} then, {now.Number} now";
        return Target != now.Target || TargetTemplate != now.TargetTemplate ? "the revision to bring back was changed" : null;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"v1|{Uid}|{Template}|{Revision}|{Number}|{Target}|{TargetTemplate}|{Result}");
}
