using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace SloRollback.Kubernetes;

/// <summary>Binds the section of a provider, where the host has configuration at all, by generated code.</summary>
internal static class SectionBinder
{
    // The generator sees a plain call only: with ?. it would silently leave the binding to reflection.
    public static void Bind(IServiceProvider services, string section, KubernetesOptions options)
    {
        if (services.GetService<IConfiguration>() is { } configuration)
            configuration.GetSection(section).Bind(options);
    }

    public static void Bind(IServiceProvider services, string section, KubernetesLeaseOptions options)
    {
        if (services.GetService<IConfiguration>() is { } configuration)
            configuration.GetSection(section).Bind(options);
    }
}
