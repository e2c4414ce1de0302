using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Hosting.Configuration;
using SloRollback.Hosting.Telemetry;
using SloRollback.Leases;

namespace SloRollback.Hosting.Leases;

/// <summary>
/// Holds the lease while the host runs, or waits for it, and gives it up at the end. We stop leading a third of its duration before
/// anybody else may begin.
/// </summary>
internal sealed class LeaseService(Leadership leadership, SloRollbackMetrics metrics, TimeProvider time, ILoggerFactory loggers, IEvaluationLease? lease = null) : BackgroundService
{
    // The proportions that Kubernetes' own components use.
    private static readonly Duration Length = Duration.FromSeconds(15);
    private static readonly TimeSpan Leading = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    private readonly ILogger logger = loggers.CreateLogger(LifecycleLog.Category);
    private readonly LeaseRequest request = new($"{Environment.MachineName}_{Guid.NewGuid().ToString("N")[..8]}", Length);
    private (bool IsHeld, LeaseStatus Status, string? Holder)? told;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (lease is null || !leadership.IsHeld)
            return;

        // The next leader need not wait until it expires.
        leadership.Take(new LeaseResult { Status = LeaseStatus.NotHeld }, asked: 0, TimeSpan.Zero);
        var released = await CallAsync(lease.ReleaseAsync, cancellationToken).ConfigureAwait(false);
        if (released.Status == LeaseStatus.Unavailable)
            LeaseLog.Unavailable(logger, released.Detail, "it expires by itself");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (lease is null)
            return;

        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var asked = time.GetTimestamp();
                leadership.Take(await CallAsync(lease.AcquireAsync, stoppingToken).ConfigureAwait(false), asked, Leading);
                Tell();
                await Task.Delay(Period, time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the host.
        }
    }

    private async Task<LeaseResult> CallAsync(Func<LeaseRequest, CancellationToken, Task<LeaseResult>> call, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await call(request, limited.Token).WaitAsync(CallTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            await limited.CancelAsync().ConfigureAwait(false);
            return new LeaseResult { Detail = e is TimeoutException ? $"no answer within {CallTimeout.TotalSeconds:0} s" : $"{e.GetType().Name}: {e.Message}" };
        }
    }

    // Once per change.
    private void Tell()
    {
        var now = (leadership.IsHeld, leadership.Last.Status, leadership.Last.Holder);
        metrics.Leads(now.IsHeld);
        if (told == now)
            return;

        told = now;
        if (now.Status == LeaseStatus.Unavailable)
            LeaseLog.Unavailable(logger, leadership.Last.Detail, now.IsHeld ? "this replica leads until it expires" : "this replica stands by");
        else if (now.IsHeld)
            LeaseLog.Leads(logger, request.Holder);
        else
            LeaseLog.StandsBy(logger, leadership.Standby);
    }
}
