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

    /// <summary>Adds an objective over the last 30 days.</summary>
    /// <param name="id">The objective's id, unique inside the service; without <c>/</c> and <c>:</c>.</param>
    /// <param name="target">As in configuration: above 1 per cent, below 1 a fraction. 99.9 and 0.999 are the same.</param>
    /// <param name="slo">Describes the objective; called at once.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The id is empty or holds <c>/</c>, <c>:</c> or control characters.</exception>
    public MonitoredServiceBuilder Objective(string id, decimal target, Action<ObjectiveBuilder> slo) =>
        Objective(id, target, CompliancePeriod.Rolling(PeriodParser.Default), slo);

    /// <summary>Adds an objective.</summary>
    /// <param name="id">The objective's id, unique inside the service; without <c>/</c> and <c>:</c>.</param>
    /// <param name="target">As in configuration: above 1 per cent, below 1 a fraction. 99.9 and 0.999 are the same.</param>
    /// <param name="period">The period over which the target is to be met.</param>
    /// <param name="slo">Describes the objective; called at once.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The id is empty or holds <c>/</c>, <c>:</c> or control characters.</exception>
    public MonitoredServiceBuilder Objective(string id, decimal target, CompliancePeriod period, Action<ObjectiveBuilder> slo)
    {
        ArgumentNullException.ThrowIfNull(slo);
        var at = keys.At("Objectives").NewAt(id);
        at.Set("Target", target);
        at.Set("Period", period switch
        {
            RollingPeriod rolling => HumanDuration.Format(rolling.Length),
            null => throw new ArgumentNullException(nameof(period)),
            _ => throw new ArgumentException($"{period.GetType().Name} cannot be written as configuration.", nameof(period)),
        });
        slo(new ObjectiveBuilder(at));
        return this;
    }
}
