using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using SloRollback.Deployments;
using SloRollback.Sample.Checkout;
using SloRollback.Sample.CommandLine;
using SloRollback.Sample.Display;
using SloRollback.Sample.Platform;
using SloRollback.Sample.Scenarios;
using SloRollback.Sample.Traffic;

namespace SloRollback.Sample;

/// <summary>Puts the host together. <see cref="AddRollbacks"/> is the part that a host of your own needs too.</summary>
internal static class SampleHost
{
    public static IHost Build(SampleOptions options, TimeProvider time)
    {
        // Empty: the sample behaves alike whatever settings lie in the directory it is started from.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<LogFeed>();
        builder.Services.AddSingleton<ILoggerProvider>(services => services.GetRequiredService<LogFeed>());

        AddService(builder.Services, options);
        AddRollbacks(builder, options);
        return builder.Build();
    }

    private static void AddRollbacks(HostApplicationBuilder builder, SampleOptions options)
    {
        var rollbacks = builder.AddSloRollback()
            .AddDeployments<CheckoutRollbacker>(CheckoutPlatform.Provider)
            .AddMonitoredService(CheckoutObjective.Service, "production", CheckoutObjective.Describe)
            .WithEvidenceDirectory(options.EvidenceDirectory)
            .WithSettings(settings => settings with
            {
                Step = Duration.FromSeconds(1),
                Settle = Duration.FromSeconds(options.Prometheus is null ? 1 : 2),
                ReplaySteps = 1,
                BakeTime = Duration.FromSeconds(10),
                Verification = Duration.FromSeconds(10),
                AllowVolatileJournal = true,
            });

        if (options.Prometheus is { } server)
        {
            rollbacks.AddPrometheus(prometheus => prometheus.BaseAddress = server);
            return;
        }

        rollbacks.AddPrometheusScraper();
        rollbacks.Services.AddOptions<Prometheus.ScraperOptions>("scraper").Configure<CheckoutPlatform>((scraper, platform) =>
        {
            scraper.Job = CheckoutObjective.Service;
            scraper.ScrapeInterval = TimeSpan.FromSeconds(0.5);
            scraper.TargetProvider = () => platform.MetricsAddresses;
        });
    }

    private static void AddService(IServiceCollection services, SampleOptions options)
    {
        services.AddSingleton<Dependency>();
        services.AddSingleton(provider => new CheckoutPlatform(
            options.Ports,
            provider.GetRequiredService<Dependency>(),
            provider.GetRequiredService<IDeploymentRecorder>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TrafficMeter>();
        services.AddSingleton<LoadGenerator>();
        services.AddSingleton<Story>();
        services.AddSingleton<Stage>();
        services.AddSingleton<Witness>();
        services.AddSingleton<Views>();
    }
}
