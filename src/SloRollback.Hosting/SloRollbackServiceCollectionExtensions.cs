using Microsoft.Extensions.Configuration;
using SloRollback;
using SloRollback.Hosting.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds SloRollback to a host's services.</summary>
public static class SloRollbackServiceCollectionExtensions
{
    /// <summary>
    /// Adds the engine, configured from code alone. However often it is called, a host has one engine.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The builder to which providers and services are added.</returns>
    public static ISloRollbackBuilder AddSloRollback(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        ConfigurationServices.Add(services);
        return new SloRollbackBuilder(services);
    }

    /// <summary>
    /// Adds the engine, configured from a section. A second call with a section of the same path changes nothing; one with another
    /// path adds that section's services, and its settings override the first one's.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">The section, read once at start; a later change asks for a restart.</param>
    /// <returns>The builder to which providers and services are added.</returns>
    public static ISloRollbackBuilder AddSloRollback(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        ConfigurationServices.Add(services).Add(section);
        return new SloRollbackBuilder(services);
    }
}
