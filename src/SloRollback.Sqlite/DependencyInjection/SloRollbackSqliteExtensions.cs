using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SloRollback;
using SloRollback.Rollbacks;
using SloRollback.Sqlite;
using SloRollback.Sqlite.Rollbacks;
using SloRollback.Sqlite.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the journal of SloRollback.Sqlite.</summary>
public static class SloRollbackSqliteExtensions
{
    /// <summary>
    /// Keeps the journal of rollbacks in a file, configured in <c>SloRollback:Sqlite</c>, instead of in memory. A host has one journal: of
    /// several that are added the last one counts.
    /// </summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    public static ISloRollbackBuilder AddSqlite(this ISloRollbackBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        var services = builder.Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SqliteOptions>, SqliteOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SqliteOptions>, SqliteOptionsRules>());
        services.Replace(ServiceDescriptor.Singleton<IRollbackJournal>(p => p.GetRequiredService<SqliteRollbackJournal>()));

        var registration = new ProviderRegistration(ProviderKind.Journal, "Sqlite");
        if (services.Any(d => !d.IsKeyedService && registration.Equals(d.ImplementationInstance)))
            return builder;

        services.AddSingleton(registration);
        services.AddOptions<SqliteOptions>().Configure<IServiceProvider>((o, p) => SectionBinder.Bind(p, o));
        services.AddSingleton<EngineLock>();
        services.AddSingleton<IConfigurationCheck>(p => new SqliteCheck(() => p.GetRequiredService<IOptions<SqliteOptions>>().Value, p.GetRequiredService<EngineLock>()));
        services.AddSingleton(p => new SqliteFile(() => p.GetRequiredService<IOptions<SqliteOptions>>().Value, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<WriteQueue>();
        services.AddSingleton(p => new SqliteRollbackJournal(
            p.GetRequiredService<SqliteFile>(), p.GetRequiredService<WriteQueue>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILoggerFactory>()));
        return builder;
    }

    /// <summary>Keeps the journal of rollbacks in a file instead of in memory.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="configure">Sets options, after the section <c>SloRollback:Sqlite</c>.</param>
    public static ISloRollbackBuilder AddSqlite(this ISloRollbackBuilder builder, Action<SqliteOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        builder.AddSqlite().Services.Configure(configure);
        return builder;
    }

    /// <summary>Keeps the journal of rollbacks in a file instead of in memory.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="path">The file, on a local disk; it is made when it is not there.</param>
    /// <param name="configure">Sets options, after the section <c>SloRollback:Sqlite</c> and the path.</param>
    /// <exception cref="ArgumentException">An empty path.</exception>
    public static ISloRollbackBuilder AddSqlite(this ISloRollbackBuilder builder, string path, Action<SqliteOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return builder.AddSqlite(options =>
        {
            options.Path = path;
            configure?.Invoke(options);
        });
    }
}
