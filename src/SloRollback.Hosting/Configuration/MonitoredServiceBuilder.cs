using SloRollback.Hosting.Configuration;
using SloRollback.Objectives;

namespace SloRollback.Hosting;

/// <summary>Describes one monitored service in code. Mistakes are reported at start, with those of the configuration files.</summary>
public sealed class MonitoredServiceBuilder
{
    private readonly KeyWriter keys;

    internal MonitoredServiceBuilder(KeyWriter keys) => this.keys = keys;

    /// <summary>Says which workload deployments change and rollbacks act on, on the provider's default infrastructure.</summary>
    /// <param name="provider">The provider's registered name, for example <c>kubernetes</c>.</param>
    /// <param name="workload">The workload in the provider's own notation, for example <c>shop/deployment/checkout</c>.</param>
    /// <returns>The same builder.</returns>
    public MonitoredServiceBuilder DeployedOn(string provider, string workload) => DeployedOn(provider, "", workload);

    /// <summary>Says which workload deployments change and rollbacks act on.</summary>
    /// <param name="provider">The provider's registered name, for example <c>kubernetes</c>.</param>
    /// <param name="infrastructure">The infrastructure, for example the cluster <c>prod-eu</c>; empty for the provider's default.</param>
    /// <param name="workload">The workload in the provider's own notation, for example <c>shop/deployment/checkout</c>.</param>
    /// <returns>The same builder.</returns>
    public MonitoredServiceBuilder DeployedOn(string provider, string infrastructure, string workload)
    {
        TargetWriter.Write(keys.At("Deploys"), provider, infrastructure, workload);
        return this;
    }

    /// <summary>
    /// Says which other monitored services this one calls: when their errors began first, a deployment of this one is not to blame.
    /// </summary>
    /// <param name="services">
    /// Names of services of the same environment, for example <c>payments</c>; of another as <c>payments/staging</c>. One that nobody
    /// monitors is a fault.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">A name is empty or holds <c>:</c>.</exception>
    public MonitoredServiceBuilder DependsOn(params string[] services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var at = keys.At("DependsOn");
        foreach (var service in services)
            _ = at.NewReferenceAt(service);
        return this;
    }

    /// <summary>Takes a stretch of time, or one that comes again and again, out of all objectives of the service.</summary>
    /// <param name="downtime">The downtime; its id is unique inside the service.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">
    /// The id is empty or holds <c>/</c>, <c>:</c> or control characters, or the downtime comes on days of the week and of the month.
    /// </exception>
    public MonitoredServiceBuilder Downtime(Downtime downtime)
    {
        DowntimeWriter.Write(keys, downtime);
        return this;
    }

    /// <summary>Adds an objective over the last 30 days; a composite's period is its members'.</summary>
    /// <param name="id">The objective's id, unique inside the service; without <c>/</c> and <c>:</c>.</param>
    /// <param name="target">As in configuration: above 1 per cent, below 1 a fraction. 99.9 and 0.999 are the same.</param>
    /// <param name="slo">Describes the objective; called at once.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The id is empty or holds <c>/</c>, <c>:</c> or control characters.</exception>
    public MonitoredServiceBuilder Objective(string id, decimal target, Action<ObjectiveBuilder> slo) => Add(id, target, null, slo);

    /// <summary>Adds an objective.</summary>
    /// <param name="id">The objective's id, unique inside the service; without <c>/</c> and <c>:</c>.</param>
    /// <param name="target">As in configuration: above 1 per cent, below 1 a fraction. 99.9 and 0.999 are the same.</param>
    /// <param name="period">The period over which the target is to be met, rolling or of the calendar.</param>
    /// <param name="slo">Describes the objective; called at once.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The id is empty or holds <c>/</c>, <c>:</c> or control characters.</exception>
    public MonitoredServiceBuilder Objective(string id, decimal target, CompliancePeriod period, Action<ObjectiveBuilder> slo)
    {
        ArgumentNullException.ThrowIfNull(period);
        return Add(id, target, period, slo);
    }

    private MonitoredServiceBuilder Add(string id, decimal target, CompliancePeriod? period, Action<ObjectiveBuilder> slo)
    {
        ArgumentNullException.ThrowIfNull(slo);
        var at = keys.At("Objectives").NewAt(id);
        at.Set("Target", target);
        if (period is not null)
            PeriodWriter.Write(at, period);
        slo(new ObjectiveBuilder(at));
        return this;
    }
}
