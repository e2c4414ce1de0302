using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SloRollback.Hosting;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Indicators;
using SloRollback.Rollbacks;

namespace SloRollback.Sqlite.Tests;

public sealed class RegistrationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_engine_on_the_file_is_refused_and_a_tool_is_not()
    {
        await using var store = new Store();
        using var first = Host(b => b.AddSqlite(store.Path));
        await first.StartAsync(Cancel);

        using var second = Host(b => b.AddSqlite(store.Path));
        var refused = await Assert.ThrowsAsync<SloRollbackConfigurationException>(() => second.StartAsync(Cancel));
        Assert.Contains("SloRollback:Sqlite:Path", refused.Message, StringComparison.Ordinal);
        Assert.Contains("belongs to another engine that runs", refused.Message, StringComparison.Ordinal);

        // A tool has the services and starts nothing.
        using var tool = Host(b => b.AddSqlite(store.Path));
        var operations = tool.Services.GetRequiredService<IRollbackOperations>();
        Assert.True((await operations.PauseAsync("", "ada", "drill", Cancel)).IsDone);
        Assert.Equal("ada", Assert.Single((await operations.ListAsync(new JournalListRequest(), Cancel)).Value).By);
        Assert.Single((await first.Services.GetRequiredService<IRollbackJournal>().ReadAsync(new JournalReadRequest(), Cancel)).Pauses);

        await first.StopAsync(Cancel);
        first.Dispose();
        using var third = Host(b => b.AddSqlite(store.Path));
        await third.StartAsync(Cancel);
        await third.StopAsync(Cancel);
    }

    [Fact]
    public async Task Options_come_from_the_section_and_code_comes_after()
    {
        await using var store = new Store();
        using var host = Host(b => b.AddSqlite(o => o.Path = store.Path), ("SloRollback:Sqlite:Path", "/none"), ("SloRollback:Sqlite:Retention", "40.00:00:00"));
        var file = host.Services.GetRequiredService<Storage.SqliteFile>();
        Assert.Equal((store.Path, TimeSpan.FromDays(40)), (file.Options.Path, file.Options.Retention));
        Assert.True(host.Services.GetRequiredService<IRollbackJournal>().IsDurable);
    }

    [Theory]
    [InlineData("Path", "", "It is not set")]
    [InlineData("Path", "/tmp", "/tmp is not the name of a file")]
    [InlineData("Path", ":memory:", "is not the name of a file")]
    [InlineData("Retention", "30.00:00:00", "is not between 31 days and 10 years")]
    [InlineData("BusyTimeout", "00:02:00", "is not between")]
    [InlineData("BusyTimeout", "soon", "The value cannot be read as System.TimeSpan")]
    public async Task Every_fault_is_told_with_its_place(string key, string value, string said)
    {
        await using var store = new Store();
        using var host = Host(b => b.AddSqlite(), ("SloRollback:Sqlite:Path", store.Path), ($"SloRollback:Sqlite:{key}", value));
        var refused = await Assert.ThrowsAsync<SloRollbackConfigurationException>(() => host.StartAsync(Cancel));
        Assert.Contains($"SloRollback:Sqlite:{key}", refused.Message, StringComparison.Ordinal);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    private static IHost Host(Action<ISloRollbackBuilder> add, params (string Key, string Value)[] settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.GroupBy(s => s.Key).Select(s => KeyValuePair.Create(s.Key, (string?)s.Last().Value)));
        var engine = builder.AddSloRollback();
        builder.Services.AddSingleton(new ProviderRegistration(ProviderKind.MetricSource, "silent"));
        builder.Services.AddKeyedSingleton<IMetricSource>("silent", new Silent());
        engine.AddMonitoredService("checkout", "production", service => service
            .Objective("availability", 99.9m, slo => slo.Events(valid: "valid", bad: "bad")));
        add(engine);
        return builder.Build();
    }

    private sealed class Silent : IMetricSource
    {
        public Task<SliReadResult> ReadAsync(SliReadRequest request, CancellationToken cancellationToken) => Task.FromResult(new SliReadResult());
    }
}
