using System.Globalization;
using System.Text.Json.Nodes;
using SloRollback.Leases;

namespace SloRollback.Kubernetes.Leases;

/// <summary>
/// A Lease of group coordination.k8s.io/v1, as client-go's leader election writes it. It stays raw JSON, so that what newer servers add
/// to it survives.
/// </summary>
internal static class LeaseObject
{
    public const string Group = "coordination.k8s.io";
    public const string Version = "v1";
    public const string Plural = "leases";

    /// <summary>Who holds it; <see langword="null"/> when nobody does.</summary>
    public static string? Holder(JsonObject lease) => Text(lease, "holderIdentity") is { Length: > 0 } holder ? holder : null;

    /// <summary>For how long its holder said that it holds; 0 where that is not said.</summary>
    public static TimeSpan Length(JsonObject lease) => TimeSpan.FromSeconds(Number(lease, "leaseDurationSeconds"));

    /// <summary>What changes whenever it is renewed, and not when somebody writes a label.</summary>
    public static string Record(JsonObject lease) => $"{(string?)lease["metadata"]?["uid"]} {lease["spec"]?.ToJsonString()}";

    /// <summary>A new Lease.</summary>
    public static JsonObject Create(string space, string name, LeaseRequest request, DateTimeOffset now) => new()
    {
        ["apiVersion"] = $"{Group}/{Version}",
        ["kind"] = "Lease",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space },
        ["spec"] = new JsonObject
        {
            ["holderIdentity"] = request.Holder,
            ["leaseDurationSeconds"] = Seconds(request),
            ["acquireTime"] = Time(now),
            ["renewTime"] = Time(now),
            ["leaseTransitions"] = 0,
        },
    };

    /// <summary>Renews it for its holder, or gives it to another.</summary>
    public static void Take(JsonObject lease, LeaseRequest request, DateTimeOffset now)
    {
        var spec = Spec(lease);
        if (Holder(lease) != request.Holder)
        {
            spec["holderIdentity"] = request.Holder;
            spec["acquireTime"] = Time(now);
            spec["leaseTransitions"] = (int)Math.Min(Number(lease, "leaseTransitions"), int.MaxValue - 1) + 1;
        }

        spec["leaseDurationSeconds"] = Seconds(request);
        spec["renewTime"] = Time(now);
    }

    /// <summary>Leaves it to whoever asks next.</summary>
    public static void Release(JsonObject lease, DateTimeOffset now)
    {
        var spec = Spec(lease);
        spec["holderIdentity"] = "";
        spec["leaseDurationSeconds"] = 1;
        spec["renewTime"] = Time(now);
    }

    private static JsonObject Spec(JsonObject lease)
    {
        if (lease["spec"] is JsonObject spec)
            return spec;

        spec = [];
        lease["spec"] = spec;
        return spec;
    }

    private static int Seconds(LeaseRequest request) => (int)Math.Ceiling(request.Duration.TotalSeconds);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string? Text(JsonObject lease, string name) => (string?)lease["spec"]?[name];

    private static long Number(JsonObject lease, string name) => lease["spec"]?[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;
}
