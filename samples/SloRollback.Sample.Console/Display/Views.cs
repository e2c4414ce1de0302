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
            RollbackWindow = WindowView.Of(platform.Current, Instant.FromDateTimeOffset(time.GetUtcNow())),
            Rollback = status.Guards.Rollbacks.FirstOrDefault(),
        };
    }
}
