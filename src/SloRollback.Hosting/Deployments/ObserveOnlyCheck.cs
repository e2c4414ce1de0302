using Microsoft.Extensions.DependencyInjection;
using SloRollback.Deployments;
using SloRollback.Indicators;
using SloRollback.Objectives;
using SloRollback.Policies;
using SloRollback.Rollbacks;
using SloRollback.Services;

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
                    if (TargetsOf(objective, rule, context).FirstOrDefault(IsObserveOnly) is { } target)
                    {
                        context.Report(
                            $"{service.Path}:Objectives:{objective.Id}:Rules:{rule.Id}:Rollback:Mode",
                            $"{rule.Rollback!.Mode} needs a rollbacker, and \"{target.Provider}\" has none;"
                                + " use Observe, or AddDeployments<TRollbacker>");
                    }
                }
            }
        }
    }

    // A composite acts on its members' workloads.
    private static IEnumerable<DeploymentTarget> TargetsOf(Objective objective, PolicyRule rule, ConfigurationCheckContext context) =>
        objective.Indicator is CompositeIndicator composite
            ? composite.Members.Select(m => TargetOf(m.Service, context)).OfType<DeploymentTarget>()
            : [rule.Rollback!.Target];

    private static DeploymentTarget? TargetOf(ServiceId id, ConfigurationCheckContext context) =>
        context.Services.FirstOrDefault(service => service.Id == id)?.Target;

    private bool IsObserveOnly(DeploymentTarget target) =>
        services.GetKeyedService<IDeploymentRollbacker>(target.Provider) is ObserveOnlyRollbacker;
}
