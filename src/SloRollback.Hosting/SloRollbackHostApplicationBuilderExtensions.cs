using Microsoft.Extensions.Hosting;
using SloRollback;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds SloRollback to a host that is being built.</summary>
public static class SloRollbackHostApplicationBuilderExtensions
{
    /// <summary>
    /// Adds the engine, configured from a section of the host's configuration. However often it is called, a host has one engine.
    /// </summary>
    /// <param name="builder">The host that is being built.</param>
    /// <param name="sectionName">The section's name, or its path with <c>:</c> between the names.</param>
    /// <returns>The builder to which providers and services are added.</returns>
    public static ISloRollbackBuilder AddSloRollback(this IHostApplicationBuilder builder, string sectionName = "SloRollback")
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(sectionName);
        return builder.Services.AddSloRollback(builder.Configuration.GetSection(sectionName));
    }
}
