using System.Globalization;
using System.Text.Json;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Planning;

/// <summary>How many pods a workload's strategy takes away before, and adds beside, the new ones.</summary>
/// <param name="Unavailable">So many available pods may be missing.</param>
/// <param name="Surge">So many pods may exist besides.</param>
internal readonly record struct RolloutSteps(int Unavailable, int Surge)
{
    public static RolloutSteps Of(WorkloadObject workload)
    {
        var wanted = workload.Kind == WorkloadKind.DaemonSet ? workload.Status("desiredNumberScheduled") : workload.Replicas;
        if (workload.Kind == WorkloadKind.StatefulSet)
            return new(Math.Min(1, wanted), 0);
        if (workload.Kind == WorkloadKind.DaemonSet)
            return new(Share(workload.Json.At("spec", "updateStrategy", "rollingUpdate", "maxUnavailable"), wanted, isUp: true, otherwise: 1), 0);

        // A Rollout has its two numbers inside its canary strategy; its blue-green one adds all pods first.
        var strategy = workload.Json.At("spec", "strategy");
        if (strategy?.Text("type") == "Recreate")
            return new(wanted, 0);
        if (strategy?.At("blueGreen") is not null)
            return new(0, wanted);

        var update = strategy?.At("rollingUpdate") ?? strategy?.At("canary");
        var surge = Share(update?.At("maxSurge"), wanted, isUp: true, otherwise: Part(25, wanted, isUp: true));
        var unavailable = Share(update?.At("maxUnavailable"), wanted, isUp: false, otherwise: Part(25, wanted, isUp: false));
        return surge == 0 && unavailable == 0 ? new(1, 0) : new(unavailable, surge);
    }

    private static int Share(JsonElement? value, int of, bool isUp, int otherwise) => value switch
    {
        { ValueKind: JsonValueKind.Number } number => Math.Min(number.GetInt32(), of),
        { ValueKind: JsonValueKind.String } text when int.TryParse(text.GetString()!.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent) => Part(percent, of, isUp),
        _ => Math.Min(otherwise, of),
    };

    private static int Part(int percent, int of, bool isUp) => (int)(isUp ? Math.Ceiling(of * percent / 100m) : Math.Floor(of * percent / 100m));
}
