using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace SloRollback.Sqlite;

/// <summary>Binds the section, where the host has configuration at all, by generated code.</summary>
internal static class SectionBinder
{
    // The generator sees a plain call only: with ?. it would silently leave the binding to reflection.
    public static void Bind(IServiceProvider services, SqliteOptions options)
    {
        if (services.GetService<IConfiguration>() is { } configuration)
            configuration.GetSection(SqliteCheck.Section).Bind(options);
    }
}
