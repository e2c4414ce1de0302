using Microsoft.Extensions.DependencyInjection;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Deployments;

/// <summary>A rule that may act needs a provider that can.</summary>
internal sealed class ObserveOnlyCheck(IServiceProvider services) : IConfigurationCheck
{
    public void Check(ConfigurationCheckContext context)
    {
        foreach (var service in context.Services)
        {
            foreach (var objective in service.Objectives)
            {
                foreach (var rule in objective.Rules.Where(r => r.Rollback is { Mode: not RollbackMode.Observe }))
                {
                    if (services.GetKeyedService<IDeploymentRollbacker>(rule.Rollback!.Target.Provider) is ObserveOnlyRollbacker)
                    {
                        context.Report(
                            $"{service.Path}:Objectives:{objective.Id}:Rules:{rule.Id}:Rollback:Mode",
                            $"{rule.Rollback.Mode} needs a rollbacker, and \"{rule.Rollback.Target.Provider}\" has none; use Observe, or AddDeployments<TRollbacker>");
                    }
                }
            }
        }
    }
}
