using Microsoft.Extensions.DependencyInjection;
using SloRollback.Hosting.Evaluation;
using SloRollback.Hosting.Telemetry;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>
/// Calls the providers, each call within a time limit and with its exceptions turned into values: what failed may have happened all
/// the same, which the next question about progress tells.
/// </summary>
internal sealed class ProviderGateway(IServiceProvider services, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken cancellationToken) => CallAsync(
        "plan",
        request.Target.Provider,
        async (provider, token) => Survivable(await provider.PlanAsync(request, token).ConfigureAwait(false)),
        why => new RollbackPlan { Refusal = HoldReason.Unknown, Summary = why },
        cancellationToken);

    public Task<RollbackResult> RollBackAsync(RollbackRequest request, CancellationToken cancellationToken) => CallAsync(
        "rollback",
        request.Target.Provider,
        (provider, token) => provider.RollBackAsync(request, token),
        why => new RollbackResult { IsTransient = true, Detail = why },
        cancellationToken);

    public Task<RollbackProgress> GetProgressAsync(RollbackRequest request, CancellationToken cancellationToken) => CallAsync(
        "progress",
        request.Target.Provider,
        (provider, token) => provider.GetProgressAsync(request, token),
        why => new RollbackProgress { Detail = why },
        cancellationToken);

    private RollbackPlan Survivable(RollbackPlan plan) =>
        plan is { IsPossible: true, EndsOwnProcess: true } && services.GetService<IRollbackJournal>() is not { IsDurable: true }
            ? plan with
            {
                IsPossible = false,
                Refusal = HoldReason.Unknown,
                Summary = "it would end this process, which is part of the workload, and the journal does not outlive it: run the engine elsewhere, or add a durable journal",
            }
            : plan;

    private async Task<T> CallAsync<T>(
        string call, string name, Func<IDeploymentRollbacker, CancellationToken, Task<T>> ask, Func<string, T> failed, CancellationToken cancellationToken)
    {
        using var activity = SloRollbackActivity.Source.StartActivity($"slorollback.provider.{call}");
        activity?.SetTag("slorollback.provider", name);
        using var limit = new Deadline(Timeout, time, cancellationToken);
        try
        {
            return await ask(services.GetRequiredKeyedService<IDeploymentRollbacker>(name), limit.Token).WaitAsync(limit.Token).ConfigureAwait(false) ?? failed($"{name} answered nothing");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return failed($"{name} did not answer within {Timeout.TotalSeconds:0} s");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            activity?.SetStatus(System.Diagnostics.ActivityStatusCode.Error, e.GetType().Name);
            return failed($"{name} failed: {e.GetType().Name}: {e.Message}");
        }
    }
}
