using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.History;

/// <summary>
/// When an object was changed last, as the API server recorded it. A record tells a manager's newest change of whatever it owns: an
/// upper bound of the change in question.
/// </summary>
internal static class ManagedFields
{
    /// <summary>The newest change by a manager that owns this field; <see langword="null"/> when none is recorded.</summary>
    /// <param name="json">The object.</param>
    /// <param name="field">The field's path as the records write it, for example <c>f:spec</c>, <c>f:template</c>.</param>
    public static Instant? NewestOwner(JsonElement json, params ReadOnlySpan<string> field)
    {
        Instant? newest = null;
        foreach (var record in json.Items("metadata", "managedFields"))
        {
            if (record.At("fieldsV1") is { } fields && fields.At(field) is not null && Time(record, "time") is { } time && (newest is null || time > newest))
                newest = time;
        }

        return newest;
    }

    public static Instant? Time(JsonElement json, params ReadOnlySpan<string> path) =>
        json.Text(path) is { } text && InstantPattern.ExtendedIso.Parse(text) is { Success: true } read ? read.Value : null;
}
