using NodaTime;
using SloRollback.Hosting.Evaluation;
using SloRollback.Sample.Platform;
using SloRollback.Sample.Scenarios;
using SloRollback.Sample.Traffic;

namespace SloRollback.Sample.Display;

/// <summary>Takes views of a run: from the platform, the clients and the engine's monitor.</summary>
internal sealed class Views(CheckoutPlatform platform, TrafficMeter meter, ISloRollbackMonitor monitor, Story story, TimeProvider time)
{
    public View Take(string title)
    {
        var status = monitor.Current;
        return new View
        {
            Title = title,
            Elapsed = story.Elapsed,
            Replicas = [.. platform.Replicas.Select(r => new ReplicaView(
                r.Address is { } address ? $"checkout-{r.Number} :{address.Port}" : $"checkout-{r.Number}",
                r.Version?.Name ?? "",
                r.State,
                meter.Of(r.Number)))],
            Traffic = meter.Total(),
            Objective = status.Objectives.FirstOrDefault(),
            RollbackWindow = RollbackWindow(),
            Rollback = status.Guards.Rollbacks.FirstOrDefault(),
        };
    }

    private string RollbackWindow()
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        return platform.Current switch
        {
            null => "closed",
            { EndedAt: null } rollout => $"open: {rollout.Version.Name} is being rolled out",
            { EndedAt: { } ended } rollout when now <= ended + CheckoutObjective.Window =>
                $"open: {rollout.Version.Name} was rolled out {(now - ended).TotalSeconds:0} s ago, {(ended + CheckoutObjective.Window - now).TotalSeconds:0} s left",
            { Version.Name: var version } => $"closed: {version} was rolled out over {CheckoutObjective.Window.TotalSeconds:0} s ago",
        };
    }
}
