using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// Checks the whole configuration before anything of the host starts, and stops it with one message that names every fault. Then
/// watches the sections, since what changes later is not read.
/// </summary>
internal sealed class ConfigurationCheckService(
    IOptions<SloRollbackOptions> options,
    IEnumerable<IConfigurationCheck> checks,
    ConfigurationSources sources,
    ILoggerFactory loggers) : IHostedLifecycleService, IDisposable
{
    private readonly ILogger logger = loggers.CreateLogger(LifecycleLog.Category);
    private ImmutableArray<SectionWatch> watches = [];

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var read = options.Value;
        var context = new ConfigurationCheckContext(read.Services);
        foreach (var check in checks)
            Run(check, context);

        ImmutableArray<ConfigurationFault> faults = [.. read.Faults, .. context.Faults];
        if (!faults.IsEmpty)
            throw new SloRollbackConfigurationException(faults);

        foreach (var notice in read.Notices)
            logger.Write(notice);
        watches = [.. sources.Sections.Select(section => new SectionWatch(section, logger))];
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        foreach (var watch in watches)
            watch.Dispose();
        watches = [];
    }

    /// <summary>A provider whose options fail their own validation has reported its faults that way.</summary>
    private void Run(IConfigurationCheck check, ConfigurationCheckContext context)
    {
        try
        {
            check.Check(context);
        }
        catch (OptionsValidationException e)
        {
            foreach (var failure in e.Failures)
                context.Report(sources.RootPath, failure);
        }
    }
}
