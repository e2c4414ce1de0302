using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace SloRollback.Prometheus;

/// <summary>Binds the section of a source, where the host has configuration at all, by generated code.</summary>
internal static class SectionBinder
{
    // The generator sees a plain call only: with ?. it would silently leave the binding to reflection.
    public static void Bind(IServiceProvider provider, string source, PrometheusOptions options)
    {
        if (provider.GetService<IConfiguration>() is { } configuration)
            configuration.GetSection(ConfigurationSections.Of(source)).Bind(options);
    }

    public static void Bind(IServiceProvider provider, string source, ScraperOptions options)
    {
        if (provider.GetService<IConfiguration>() is { } configuration)
            configuration.GetSection(ConfigurationSections.Of(source)).Bind(options);
    }
}
