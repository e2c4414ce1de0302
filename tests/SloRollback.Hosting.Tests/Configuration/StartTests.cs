using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SloRollback.Hosting.Configuration;
using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Tests.Configuration;

/// <summary>What a host does with the configuration when it starts.</summary>
public sealed class StartTests
{
    private const string Valid = """
        { "SloRollback": { "Services": { "checkout": {
            "Environment": "production",
            "Deploys": { "Workload": "deployment/checkout" },
            "Objectives": { "availability": {
                "Target": "99.9%", "Indicator": { "Valid": "v", "Bad": "b" },
                "Rules": { "bad-release": { "Rollback": { "Window": "15m" } } } } } } } } }
        """;

    private static readonly string Automatic = Valid.Replace("\"15m\"", "\"1h\", \"Mode\": \"Automatic\"", StringComparison.Ordinal);

    [Fact]
    public async Task A_faulty_configuration_stops_the_host_before_anything_starts()
    {
        var probe = new StartProbe();
        using var host = Host("""{ "SloRollback": { "Step": "2h" } }""", services =>
        {
            services.AddSingleton<IConfigurationCheck>(new ReportingCheck());
            services.AddSingleton<IHostedService>(probe);
        }, runsEngine: true);

        var exception = await Assert.ThrowsAsync<SloRollbackConfigurationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(
            """
            SloRollback cannot start: 3 faults in the configuration
              SloRollback:Step  "2h" is outside its range, 1s to 1h
              SloRollback:Services  no service is monitored; define one here or with AddMonitoredService
              SloRollback:Custom  is odd
            """,
            exception.Message);
        Assert.Equal(3, exception.Faults.Length);
        Assert.False(probe.HasStarted);
    }

    [Fact]
    public async Task A_check_whose_options_fail_their_own_validation_reports_them()
    {
        using var host = Host(Valid, services => services.AddSingleton<IConfigurationCheck>(new ThrowingCheck()));

        var exception = await Assert.ThrowsAsync<SloRollbackConfigurationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(
            [new ConfigurationFault("SloRollback", "no address"), new ConfigurationFault("SloRollback", "no timeout")],
            exception.Faults);
    }

    [Fact]
    public async Task Notices_are_logged()
    {
        var log = new ListLogger();
        using var host = Host(Valid, _ => { }, log);

        await host.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            "Warning SloRollback.Lifecycle[9101] SloRollback:Services:checkout:Objectives:availability:Rules:bad-release:Rollback:Window"
                + " is 15m: at 99.9% the condition \"page\" fires inside it only above 5.8% errors",
            Assert.Single(log.Of("SloRollback.Lifecycle")));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_change_is_logged_once_and_not_applied()
    {
        var log = new ListLogger();
        using var host = Host(Valid, _ => { }, log);
        await host.StartAsync(TestContext.Current.CancellationToken);
        var before = log.Of("SloRollback.Lifecycle").Count;
        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();

        configuration["SloRollback:Step"] = "5s";
        configuration.Reload();
        configuration.Reload();
        configuration["Elsewhere"] = "1";
        configuration.Reload();

        Assert.Equal(
            ["Warning SloRollback.Lifecycle[9102] SloRollback has changed and is read once, at start: restart to apply"],
            log.Of("SloRollback.Lifecycle").Skip(before));
        Assert.Equal(new EngineSettings(), host.Services.GetRequiredService<IOptions<SloRollbackOptions>>().Value.Settings);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(null, false, true)]
    [InlineData(false, false, true)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    public async Task Automatic_needs_a_durable_journal_unless_overruled(bool? isDurable, bool isAllowed, bool isFault)
    {
        var file = isAllowed ? Automatic.Replace("\"Services\"", "\"AllowVolatileJournal\": true, \"Services\"", StringComparison.Ordinal) : Automatic;
        using var host = Host(file, services =>
        {
            services.RemoveAll<IRollbackJournal>();
            if (isDurable is { } durable)
                services.AddSingleton<IRollbackJournal>(new NamelessJournal(durable));
        });

        if (!isFault)
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            await host.StopAsync(TestContext.Current.CancellationToken);
            return;
        }

        var exception = await Assert.ThrowsAsync<SloRollbackConfigurationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            [
                new ConfigurationFault(
                    "SloRollback:Services:checkout:Objectives:availability:Rules:bad-release:Rollback:Mode",
                    "Automatic needs a durable journal, and this host's lives in memory; register one, or set \"AllowVolatileJournal\": true"),
            ],
            exception.Faults);
    }

    [Fact]
    public void Added_twice_it_is_one_engine()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(Valid)));
        builder.AddSloRollback();
        var before = builder.Services.Count;
        builder.AddSloRollback();
        builder.Services.AddSloRollback();
        builder.Services.AddSloRollback(builder.Configuration.GetSection("slorollback"));
        Assert.Equal(before, builder.Services.Count);

        foreach (var provider in Reading.Providers)
            builder.Services.AddSingleton(provider);
        using var host = builder.Build();
        var options = host.Services.GetRequiredService<IOptions<SloRollbackOptions>>().Value;
        Assert.Empty(Reading.Lines(options));
        Assert.Single(options.Services);
    }

    [Fact]
    public void A_section_of_another_path_adds_its_services_and_overrides_settings()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes("""
            {
              "A": { "Step": "10s", "RateLimit": 5, "Services": { "x": { "Environment": "e", "Objectives": {
                "o": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" } } } } } },
              "B": { "Step": "20s", "Services": { "y": { "Environment": "e", "Objectives": {
                "o": { "Target": "99%", "Indicator": { "Valid": "v", "Bad": "b" } } } } } }
            }
            """)));
        builder.AddSloRollback("A");
        builder.AddSloRollback("B");
        foreach (var provider in Reading.Providers)
            builder.Services.AddSingleton(provider);
        using var host = builder.Build();

        var options = host.Services.GetRequiredService<IOptions<SloRollbackOptions>>().Value;

        Assert.Empty(Reading.Lines(options));
        Assert.Equal(["A:Services:x", "B:Services:y"], options.Services.Select(service => service.Path));
        Assert.Equal((20d, 5), (options.Settings.Step.TotalSeconds, options.Settings.RateLimit));
    }

    /// <summary>A host that checks its configuration and, unless asked to, does not run the engine.</summary>
    private static IHost Host(string json, Action<IServiceCollection> register, ILoggerProvider? log = null, bool runsEngine = false)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var file = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        builder.Configuration.AddInMemoryCollection(file.AsEnumerable());
        if (log is not null)
            builder.Logging.AddProvider(log);
        foreach (var provider in Reading.Providers)
            builder.Services.AddSingleton(provider);
        builder.AddSloRollback();
        foreach (var service in builder.Services.Where(service => !runsEngine && IsEngine(service)).ToList())
            builder.Services.Remove(service);
        register(builder.Services);
        return builder.Build();
    }

    private static bool IsEngine(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService)
        && !service.IsKeyedService
        && service.ImplementationType != typeof(ConfigurationCheckService);

    private sealed class StartProbe : IHostedService
    {
        public bool HasStarted { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            HasStarted = true;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class ReportingCheck : IConfigurationCheck
    {
        public void Check(ConfigurationCheckContext context) => context.Report("SloRollback:Custom", "is odd");
    }

    private sealed class ThrowingCheck : IConfigurationCheck
    {
        public void Check(ConfigurationCheckContext context) =>
            throw new OptionsValidationException("p", typeof(object), ["no address", "no timeout"]);
    }

    private sealed class NamelessJournal(bool isDurable) : IRollbackJournal
    {
        public bool IsDurable => isDurable;

        public Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<GuardState> ReadAsync(JournalReadRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JournalWriteResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<JournalAnswer<ImmutableArray<JournalEntry>>> ListAsync(JournalListRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JournalAnswer<EvidenceDocument>> ReadEvidenceAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JournalAnswer<ImmutableArray<OutboxMessage>>> ReadOutboxAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class ListLogger : ILoggerProvider
    {
        private readonly ConcurrentQueue<(string Category, string Line)> lines = new();

        public List<string> Of(string category) => [.. lines.Where(line => line.Category == category).Select(line => line.Line)];

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentQueue<(string Category, string Line)> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue((category, $"{logLevel} {category}[{eventId.Id}] {formatter(state, exception)}"));
        }
    }
}
