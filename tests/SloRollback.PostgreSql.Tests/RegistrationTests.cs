using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SloRollback.Leases;
using SloRollback.PostgreSql.Leases;
using SloRollback.PostgreSql.Rollbacks;
using SloRollback.PostgreSql.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Tests;

/// <summary>What the extensions register, how options are bound, and what is said at start.</summary>
public sealed class RegistrationTests(SharedServer server)
{
    [Fact]
    public void The_journal_takes_the_place_of_the_one_in_memory_and_the_lease_is_a_choice()
    {
        using var without = Host(b => b.AddPostgreSql("Host=db"));
        Assert.IsType<PostgreSqlRollbackJournal>(Assert.Single(without.Services.GetServices<IRollbackJournal>()));
        Assert.Null(without.Services.GetService<IEvaluationLease>());

        using var both = Host(b => b.AddPostgreSqlLease(o => o.LeaseName = "shop").AddPostgreSql("Host=db", o => o.Schema = "ops").AddPostgreSql());
        Assert.IsType<PostgreSqlLease>(Assert.Single(both.Services.GetServices<IEvaluationLease>()));
        Assert.Single(both.Services.GetServices<IRollbackJournal>());
        Assert.Single(both.Services.GetServices<ProviderRegistration>(), r => r.Kind == ProviderKind.Journal);
        var options = both.Services.GetRequiredService<IOptions<PostgreSqlOptions>>().Value;
        Assert.Equal(("Host=db", "ops", "shop"), (options.ConnectionString, options.Schema, options.LeaseName));

        using var alone = Host(b => b.AddPostgreSqlLease());
        Assert.IsNotType<PostgreSqlRollbackJournal>(Assert.Single(alone.Services.GetServices<IRollbackJournal>()));
        Assert.Throws<ArgumentException>(() => Host(b => b.AddPostgreSql(" ")));
    }

    [Fact]
    public void Options_come_from_configuration_and_then_from_code()
    {
        using var host = Host(
            b => b.AddPostgreSql(o => o.Schema = "code"),
            ("ConnectionString", "Host=db;Password=p"), ("Schema", "file"), ("CommandTimeout", "00:00:07"), ("Retention", "50.00:00:00"), ("LeaseName", "blog"));
        var options = host.Services.GetRequiredService<IOptions<PostgreSqlOptions>>().Value;
        Assert.Equal(("Host=db;Password=p", "code", "blog"), (options.ConnectionString, options.Schema, options.LeaseName));
        Assert.Equal((TimeSpan.FromSeconds(7), TimeSpan.FromDays(50)), (options.CommandTimeout, options.Retention));
        Assert.Empty(Faults(host));
    }

    [Theory]
    [InlineData("ConnectionString", "", "It is not set; write one such as Host=db;Database=ops;Username=slorollback.")]
    [InlineData("ConnectionString", "Database=x;Password=s3cret", "It names no host; write one such as Host=db;Database=ops;Username=slorollback.")]
    [InlineData("ConnectionString", "Host=db;Pasword=s3cret", "It cannot be read as a connection string of Npgsql: keyword=value pairs with semicolons between, such as Host=db;Database=ops;Username=slorollback.")]
    [InlineData("ConnectionString", "Host=db;Port=s3cret", "It cannot be read as a connection string of Npgsql: keyword=value pairs with semicolons between, such as Host=db;Database=ops;Username=slorollback.")]
    [InlineData("Schema", "a\"; drop", "It is not a plain name: lower-case letters, digits and underscores, up to 63, no digit first.")]
    [InlineData("Retention", "30.00:00:00", "30.00:00:00 is not between 31 days and 10 years; write days.hours:minutes:seconds, such as 400.00:00:00.")]
    [InlineData("CommandTimeout", "00:00:00.5", "00:00:00.5000000 is not whole seconds between 00:00:01 and 00:01:00; write hours:minutes:seconds, such as 00:00:04.")]
    [InlineData("CommandTimeout", "00:02:00", "00:02:00 is not whole seconds between 00:00:01 and 00:01:00; write hours:minutes:seconds, such as 00:00:04.")]
    [InlineData("CommandTimeout", "soon", "The value cannot be read as System.TimeSpan; write hours:minutes:seconds, such as 00:00:15.")]
    public void A_fault_is_told_with_its_path_and_without_secrets(string key, string value, string message)
    {
        using var host = Host(b => b.AddPostgreSql(), [("ConnectionString", "Host=db"), (key, value)]);
        var fault = Assert.Single(Faults(host));
        Assert.Equal(($"SloRollback:PostgreSql:{key}", message), (fault.Path, fault.Message));
    }

    [Fact]
    public async Task A_host_opens_the_database_at_start_and_says_so()
    {
        var schema = Store.NewSchema();
        var log = new RecordingLog();
        using var host = Host(b => b.AddPostgreSql(server.ConnectionString, o => o.Schema = schema).Services.AddSingleton<ILoggerFactory>(log));
        foreach (var service in host.Services.GetServices<IHostedService>().OfType<IHostedLifecycleService>().Where(s => s is Storage.OpeningService))
            await service.StartingAsync(TestContext.Current.CancellationToken);
        Assert.Contains(log.Lines, l => l.Level == LogLevel.Information && l.Text.Contains($"is open, schema {schema}", StringComparison.Ordinal));
        await using var store = new Store(server.ConnectionString, schema);
        Assert.Equal(1L, await store.SqlAsync("select count(*) from $s.guard"));
    }

    [Fact]
    public async Task A_server_that_is_down_is_told_at_start_and_does_not_keep_the_host_from_starting()
    {
        var log = new RecordingLog();
        using var host = Host(b => b.AddPostgreSql($"Host=127.0.0.1;Port={PostgreSqlServer.FreePort()};Username=x;Password={PostgreSqlServer.Password}").Services.AddSingleton<ILoggerFactory>(log));
        await host.Services.GetServices<IHostedService>().OfType<Storage.OpeningService>().Single().StartingAsync(TestContext.Current.CancellationToken);
        var line = Assert.Single(log.Lines);
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains("nothing is rolled back until it is open", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(PostgreSqlServer.Password, line.Text, StringComparison.Ordinal);
    }

    private static IHost Host(Action<ISloRollbackBuilder> add, params IEnumerable<(string Key, string Value)> settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        foreach (var (key, value) in settings)
            builder.Configuration[$"SloRollback:PostgreSql:{key}"] = value;
        add(builder.AddSloRollback());
        return builder.Build();
    }

    private static IReadOnlyList<ConfigurationFault> Faults(IHost host)
    {
        var context = new ConfigurationCheckContext([]);
        host.Services.GetServices<IConfigurationCheck>().OfType<PostgreSqlCheck>().Single().Check(context);
        return context.Faults;
    }
}
