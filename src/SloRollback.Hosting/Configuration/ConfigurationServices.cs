using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NodaTime;

namespace SloRollback.Hosting.Configuration;

/// <summary>Registers the reader and the check at start; the engine with them, once per host.</summary>
internal static class ConfigurationServices
{
    public static ConfigurationSources Add(IServiceCollection services)
    {
        if (ConfigurationSources.Find(services) is { } known)
            return known;

        var sources = new ConfigurationSources();
        services.AddSingleton(sources);
        services.AddOptions();
        services.TryAddSingleton(DateTimeZoneProviders.Tzdb);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<SloRollbackOptions>, ConfigureSloRollbackOptions>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationCheck, VolatileJournalCheck>());

        // Before the engine's own services, so that nothing of them begins on a faulty configuration.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ConfigurationCheckService>());
        services.AddSingleton(new ProviderRegistration(ProviderKind.Notifier, "log"));
        EngineServices.Add(services);
        return sources;
    }
}
