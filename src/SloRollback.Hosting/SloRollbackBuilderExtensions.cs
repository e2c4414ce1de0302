using SloRollback;
using SloRollback.Hosting;
using SloRollback.Hosting.Configuration;
using SloRollback.Objectives;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Configures SloRollback in code, beside or instead of a configuration section.</summary>
public static class SloRollbackBuilderExtensions
{
    /// <summary>
    /// Defines a monitored service in code. It is read and checked at start like one of the section, under the path
    /// <c>SloRollback:Services:name/environment</c>. A service that the section defines too is a fault, and so is one defined twice.
    /// </summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="name">The service's name, for example <c>checkout</c>; without <c>/</c> and <c>:</c>.</param>
    /// <param name="environment">The environment's name, for example <c>production</c>; without <c>/</c> and <c>:</c>.</param>
    /// <param name="service">Describes the service; called at once.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">A name is empty or holds <c>/</c>, <c>:</c> or control characters.</exception>
    public static ISloRollbackBuilder AddMonitoredService(
        this ISloRollbackBuilder builder, string name, string environment, Action<MonitoredServiceBuilder> service)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(service);
        var definition = new CodeService(name, environment);
        service(new MonitoredServiceBuilder(definition.Keys));
        ConfigurationServices.Add(builder.Services).Services.Add(definition);
        return builder;
    }

    /// <summary>Changes settings in code. Code overrides the section: the change is applied, at start, to what the section says.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="change">Returns the changed settings: <c>s => s with { Step = Duration.FromSeconds(10) }</c>.</param>
    /// <returns>The same builder.</returns>
    public static ISloRollbackBuilder WithSettings(this ISloRollbackBuilder builder, Func<EngineSettings, EngineSettings> change)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(change);
        ConfigurationServices.Add(builder.Services).Settings.Add(change);
        return builder;
    }

    /// <summary>Changes in code how history from before the start is read. Code overrides the section.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="change">Returns the changed options: <c>b => b with { Pause = Duration.FromSeconds(10) }</c>.</param>
    /// <returns>The same builder.</returns>
    public static ISloRollbackBuilder WithBackFill(this ISloRollbackBuilder builder, Func<BackFillOptions, BackFillOptions> change)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(change);
        ConfigurationServices.Add(builder.Services).BackFill.Add(change);
        return builder;
    }

    /// <summary>Takes a stretch of time, or one that comes again and again, out of all objectives of all services.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="downtime">The downtime; its id is unique among those that hold for all services.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">
    /// The id is empty or holds <c>/</c>, <c>:</c> or control characters, or the downtime comes on days of the week and of the month.
    /// </exception>
    public static ISloRollbackBuilder WithDowntime(this ISloRollbackBuilder builder, Downtime downtime)
    {
        DowntimeWriter.ThrowIfInvalid(downtime);
        return builder.WithSettings(settings => settings with { Downtimes = [.. settings.Downtimes, downtime] });
    }

    /// <summary>Says where evidence documents are written. Code overrides the section.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="directory">The directory.</param>
    /// <returns>The same builder.</returns>
    public static ISloRollbackBuilder WithEvidenceDirectory(this ISloRollbackBuilder builder, string directory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ConfigurationServices.Add(builder.Services).EvidenceDirectory = directory;
        return builder;
    }
}
