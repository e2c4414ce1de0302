using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SloRollback.Evaluation;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Leases;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>Has the providers take away what is left of probes whose engine crashed: at start, and from time to time. One provider holds up no other.</summary>
internal sealed class ProbeSweepService(
    IOptions<SloRollbackOptions> options, IServiceProvider services, Leadership leadership, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly ILogger logger = loggers.CreateLogger("SloRollback.Rollback");

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        EngineState.TargetsOf(options.Value.Services)
            .GroupBy(t => t.Provider)
            .Select(p => SweepAsync(p.Key, new ProbeSweepRequest { Targets = [.. p] }, stoppingToken)));

    private async Task SweepAsync(string provider, ProbeSweepRequest request, CancellationToken stoppingToken)
    {
        var before = "";
        try
        {
            while (true)
            {
                await leadership.WaitAsync(stoppingToken).ConfigureAwait(false);
                var problems = await TrySweepAsync(provider, request, stoppingToken).ConfigureAwait(false);

                // The same at every sweep is one piece of news.
                if (problems.Length > 0 && problems != before)
                    RollbackLog.ProbesNotSwept(logger, provider, problems);
                before = problems;
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<string> TrySweepAsync(string provider, ProbeSweepRequest request, CancellationToken stoppingToken)
    {
        try
        {
            if (services.GetKeyedService<IControlProbe>(provider) is not { } probe)
                return "";

            using var limit = new Deadline(Timeout, time, stoppingToken);
            var result = await probe.SweepAsync(request, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            if (!result.Removed.IsEmpty)
                RollbackLog.ProbesSwept(logger, provider, string.Join(", ", result.Removed));
            return string.Join("; ", result.Problems);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }
}
