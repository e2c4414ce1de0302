using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SloRollback;
using SloRollback.Indicators;
using SloRollback.Prometheus;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Scraping;
using SloRollback.Prometheus.Sets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the metric sources of SloRollback.Prometheus.</summary>
public static class SloRollbackPrometheusExtensions
{
    /// <summary>
    /// Reads indicators from a Prometheus HTTP API, as the metric source <c>prometheus</c>, configured in <c>SloRollback:Prometheus</c>.
    /// </summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    public static ISloRollbackBuilder AddPrometheus(this ISloRollbackBuilder builder) => builder.AddPrometheus(SourceNames.Prometheus);

    /// <summary>Reads indicators from a Prometheus HTTP API, as the metric source <c>prometheus</c>.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="configure">Sets options, after the section <c>SloRollback:Prometheus</c>.</param>
    public static ISloRollbackBuilder AddPrometheus(this ISloRollbackBuilder builder, Action<PrometheusOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddPrometheus(SourceNames.Prometheus, configure);
    }

    /// <summary>
    /// Reads indicators from a Prometheus HTTP API. May be called for several servers, with a name for each; called again for a
    /// name it adds to what was configured.
    /// </summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="name">The name by which indicators refer to the source; also the key of its section, <c>SloRollback:{name}</c>.</param>
    /// <param name="configure">Sets options, after the section.</param>
    /// <param name="http">Adds to the HTTP client: resilience, authentication, certificates. It has no handlers and no logging of its own.</param>
    /// <exception cref="ArgumentException">An empty name.</exception>
    public static ISloRollbackBuilder AddPrometheus(
        this ISloRollbackBuilder builder,
        string name,
        Action<PrometheusOptions>? configure = null,
        Action<IHttpClientBuilder>? http = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);

        var services = builder.Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PrometheusOptions>, PrometheusOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PrometheusOptions>, PrometheusOptionsRules>());
        services.AddClient(PrometheusSource.ClientName(name), http);

        if (services.TryAddSource(name))
        {
            services.AddOptions<PrometheusOptions>(name).Configure<IServiceProvider>((o, p) => SectionBinder.Bind(p, name, o));
            services.AddSingleton<IConfigurationCheck>(p => new SelectorCheck(
                name,
                () => p.GetRequiredService<IOptionsMonitor<PrometheusOptions>>().Get(name),
                p.GetServices<ProviderRegistration>(),
                SelectorCheck.HttpFaults));
            services.AddKeyedSingleton<IMetricSource>(name, (p, _) => new PrometheusSource(
                name,
                p.GetRequiredService<IHttpClientFactory>(),
                p.GetRequiredService<IOptionsMonitor<PrometheusOptions>>(),
                p.GetRequiredService<TimeProvider>()));
        }

        if (configure is not null)
            services.Configure(name, configure);

        return builder;
    }

    /// <summary>Scrapes <c>/metrics</c> endpoints itself, as the metric source <c>scraper</c>, configured in <c>SloRollback:Scraper</c>.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    public static ISloRollbackBuilder AddPrometheusScraper(this ISloRollbackBuilder builder) => builder.AddPrometheusScraper(SourceNames.Scraper);

    /// <summary>Scrapes <c>/metrics</c> endpoints itself, as the metric source <c>scraper</c>.</summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="configure">Sets options, after the section <c>SloRollback:Scraper</c>.</param>
    public static ISloRollbackBuilder AddPrometheusScraper(this ISloRollbackBuilder builder, Action<ScraperOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddPrometheusScraper(SourceNames.Scraper, configure);
    }

    /// <summary>
    /// Scrapes <c>/metrics</c> endpoints itself and keeps the samples in memory. May be called for several groups of targets, with
    /// a name for each; called again for a name it adds to what was configured.
    /// </summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="name">The name by which indicators refer to the source; also the key of its section, <c>SloRollback:{name}</c>.</param>
    /// <param name="configure">Sets options, after the section.</param>
    /// <param name="http">Adds to the HTTP client: resilience, authentication, certificates. It has no handlers and no logging of its own.</param>
    /// <exception cref="ArgumentException">An empty name.</exception>
    public static ISloRollbackBuilder AddPrometheusScraper(
        this ISloRollbackBuilder builder,
        string name,
        Action<ScraperOptions>? configure = null,
        Action<IHttpClientBuilder>? http = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);

        var services = builder.Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ScraperOptions>, ScraperOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ScraperOptions>, ScraperOptionsRules>());
        services.AddClient(Scraper.ClientName(name), http);

        if (services.TryAddSource(name))
        {
            services.AddOptions<ScraperOptions>(name).Configure<IServiceProvider>((o, p) => SectionBinder.Bind(p, name, o));
            services.AddSingleton<IConfigurationCheck>(p => new SelectorCheck(
                name,
                () => p.GetRequiredService<IOptionsMonitor<ScraperOptions>>().Get(name),
                p.GetServices<ProviderRegistration>(),
                SelectorCheck.ScraperFaults));
            services.AddKeyedSingleton(name, (p, _) => new Scraper(
                name,
                p.GetRequiredService<IHttpClientFactory>(),
                p.GetRequiredService<IOptionsMonitor<ScraperOptions>>(),
                p.GetRequiredService<TimeProvider>(),
                p.GetRequiredService<ILoggerFactory>()));
            services.AddSingleton<IHostedService>(p => p.GetRequiredKeyedService<Scraper>(name));
            services.AddKeyedSingleton<IMetricSource>(name, (p, _) => new ScraperSource(
                p.GetRequiredKeyedService<Scraper>(name),
                p.GetRequiredService<TimeProvider>()));
        }

        if (configure is not null)
            services.Configure(name, configure);

        return builder;
    }

    private static void AddClient(this IServiceCollection services, string name, Action<IHttpClientBuilder>? http)
    {
        // Our own limits end a request; a line in the log for each one would drown the host's.
        var client = services.AddHttpClient(name, c => c.Timeout = Timeout.InfiniteTimeSpan).RemoveAllLoggers();
        http?.Invoke(client);
    }

    private static bool TryAddSource(this IServiceCollection services, string name)
    {
        var registration = new ProviderRegistration(ProviderKind.MetricSource, name);
        if (services.Any(d => !d.IsKeyedService && registration.Equals(d.ImplementationInstance)))
            return false;

        services.AddSingleton(registration);
        if (!services.Any(d => !d.IsKeyedService && d.ImplementationInstance is IndicatorSet))
        {
            foreach (var set in IndicatorSets.All)
                services.AddSingleton<IIndicatorSet>(set);
        }

        return true;
    }
}
