using SloRollback.Deployments;
using SloRollback.Kubernetes.Clusters;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes;

/// <summary>The check at start of one provider: its options, and how the targets that mean it are written.</summary>
/// <param name="provider">The provider's name.</param>
/// <param name="section">Where its options are bound from.</param>
/// <param name="readOptions">Reads the options; throws what is wrong with them.</param>
internal sealed class KubernetesCheck(string provider, string section, Func<KubernetesOptions> readOptions) : IConfigurationCheck
{
    public void Check(ConfigurationCheckContext context)
    {
        KubernetesOptions? options = null;
        OptionsCheck.Run(context, section, () => options = readOptions());

        foreach (var service in context.Services)
        {
            CheckTarget(context, service.Target, $"{service.Path}:Deploys", options);
            foreach (var objective in service.Objectives)
            {
                // A rule that overrides nothing has its service's target.
                foreach (var rule in objective.Rules.Where(r => r.Rollback is { } action && action.Target != service.Target))
                    CheckTarget(context, rule.Rollback!.Target, $"{service.Path}:Objectives:{objective.Id}:Rules:{rule.Id}:Rollback:Target", options);
            }
        }
    }

    private void CheckTarget(ConfigurationCheckContext context, DeploymentTarget? target, string path, KubernetesOptions? options)
    {
        if (target is null || target.Provider != provider)
            return;

        if (!WorkloadReference.TryParse(target.Workload, out _, out var problem))
            context.Report($"{path}:Workload", problem);
        if (options is not null && ClusterSettings.Find(options, target.Infrastructure) is null)
            context.Report($"{path}:Infrastructure", KubernetesClusters.UnknownCluster(options, target.Infrastructure));
    }
}
