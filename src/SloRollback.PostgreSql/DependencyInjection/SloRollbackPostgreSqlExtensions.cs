using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SloRollback;
using SloRollback.Leases;
using SloRollback.PostgreSql;
using SloRollback.PostgreSql.Leases;
using SloRollback.PostgreSql.Rollbacks;
using SloRollback.PostgreSql.Storage;
using SloRollback.Rollbacks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the journal and the lease of SloRollback.PostgreSql.</summary>
public static class SloRollbackPostgreSqlExtensions
{
    /// <summary>
    /// Keeps the journal of rollbacks in PostgreSQL, configured in <c>SloRollback:PostgreSql</c>, instead of in memory. A host has one
    /// journal: of several that are added the last one counts.
    /// </summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    public static ISloRollbackBuilder AddPostgreSql(this ISloRollbackBuilder builder)
    {
        AddDatabase(builder);
        builder.Services.TryAddSingleton(p => new PostgreSqlRollbackJournal(
            p.GetRequiredService<PostgreSqlDatabase>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILoggerFactory>()));
        builder.Services.Replace(ServiceDescriptor.Singleton<IRollbackJournal>(p => p.GetRequiredService<PostgreSqlRollbackJournal>()));
        return builder;
    }

    /// <summary>Keeps the journal of rollbacks in PostgreSQL instead of in memory.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="configure">Sets options, after the section <c>SloRollback:PostgreSql</c>.</param>
    public static ISloRollbackBuilder AddPostgreSql(this ISloRollbackBuilder builder, Action<PostgreSqlOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        builder.AddPostgreSql().Services.Configure(configure);
        return builder;
    }

    /// <summary>Keeps the journal of rollbacks in PostgreSQL instead of in memory.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="connectionString">Where the database is, as Npgsql reads it: <c>Host=db;Database=ops;Username=slorollback;Password=…</c>.</param>
    /// <param name="configure">Sets options, after the section <c>SloRollback:PostgreSql</c> and the connection string.</param>
    /// <exception cref="ArgumentException">An empty connection string.</exception>
    public static ISloRollbackBuilder AddPostgreSql(this ISloRollbackBuilder builder, string connectionString, Action<PostgreSqlOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return builder.AddPostgreSql(options =>
        {
            options.ConnectionString = connectionString;
            configure?.Invoke(options);
        });
    }

    /// <summary>
    /// Lets one of several replicas of this host evaluate and act: the one that holds a lease in PostgreSQL, in the database and schema of
    /// <c>SloRollback:PostgreSql</c>. A host has one lease: of several that are added the last one counts.
    /// </summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    public static ISloRollbackBuilder AddPostgreSqlLease(this ISloRollbackBuilder builder)
    {
        AddDatabase(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<IEvaluationLease>(p => new PostgreSqlLease(p.GetRequiredService<PostgreSqlDatabase>())));
        return builder;
    }

    /// <summary>Lets one of several replicas of this host evaluate and act: the one that holds a lease in PostgreSQL.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="configure">Sets options, after the section <c>SloRollback:PostgreSql</c>.</param>
    public static ISloRollbackBuilder AddPostgreSqlLease(this ISloRollbackBuilder builder, Action<PostgreSqlOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        builder.AddPostgreSqlLease().Services.Configure(configure);
        return builder;
    }

    private static void AddDatabase(ISloRollbackBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        var services = builder.Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PostgreSqlOptions>, PostgreSqlOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PostgreSqlOptions>, PostgreSqlOptionsRules>());

        var registration = new ProviderRegistration(ProviderKind.Journal, "PostgreSql");
        if (services.Any(d => !d.IsKeyedService && registration.Equals(d.ImplementationInstance)))
            return;

        services.AddSingleton(registration);
        services.AddOptions<PostgreSqlOptions>().Configure<IServiceProvider>((o, p) => SectionBinder.Bind(p, o));
        services.AddSingleton<IConfigurationCheck>(p => new PostgreSqlCheck(() => p.GetRequiredService<IOptions<PostgreSqlOptions>>().Value));
        services.AddSingleton(p => new PostgreSqlDatabase(
            () => p.GetRequiredService<IOptions<PostgreSqlOptions>>().Value, p.GetRequiredService<TimeProvider>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, OpeningService>());
    }
}
