using Npgsql;
using SloRollback.PostgreSql.Rollbacks;
using SloRollback.PostgreSql.Tests.Support;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Tests;

/// <summary>How the schema comes to be, and what is refused.</summary>
public sealed class SchemaTests(SharedServer server)
{
    [Fact]
    public async Task Many_who_come_at_once_make_it_once()
    {
        await using var first = new Store(server.ConnectionString);
        var stores = Enumerable.Range(0, 20).Select(_ => first.Another()).ToList();
        var states = await Task.WhenAll(stores.Select(s => s.Journal.ReadAsync()));
        Assert.All(states, s => Assert.Equal((null, Store.Start), (s.Unavailable, s.Began)));
        Assert.Equal(1L, await first.SqlAsync("select count(*) from $s.schema_version"));
        Assert.Equal(1L, await first.SqlAsync("select count(*) from $s.guard"));
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_its_version_until_it_fits_again()
    {
        await using var store = new Store(server.ConnectionString);
        await store.Journal.ReadAsync();
        await store.SqlAsync("insert into $s.schema_version (version, usable_from) values (7, 3)");

        await using var older = store.Another();
        var unavailable = (await older.Journal.ReadAsync()).Unavailable;
        Assert.Contains($"the schema {store.Options.Schema} is of version 7, which this version of SloRollback does not know (it knows 1)", unavailable, StringComparison.Ordinal);
        var write = await older.Journal.WriteAsync(Given.Record(1).Version(1));
        Assert.Equal(JournalWriteStatus.Failed, write.Status);
        Assert.Contains("version 7", write.Detail, StringComparison.Ordinal);
        Assert.Contains("version 7", (await older.Lease.AcquireAsync(new("a", NodaTime.Duration.FromSeconds(15)), TestContext.Current.CancellationToken)).Detail, StringComparison.Ordinal);

        // A step that hosts of this version can work with.
        await store.SqlAsync("update $s.schema_version set usable_from = 1 where version = 7");
        Assert.Null((await older.Journal.ReadAsync()).Unavailable);
    }

    [Fact]
    public async Task A_role_without_the_right_to_create_works_with_a_schema_that_is_there_and_is_told_when_it_is_not()
    {
        await using var store = new Store(server.ConnectionString);
        var role = store.Options.Schema + "_role";
        await store.SqlAsync($"create role {role} login password '{PostgreSqlServer.Password}'");
        void AsRole(PostgreSqlOptions o) => o.ConnectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = role, Password = PostgreSqlServer.Password }.ConnectionString;

        await using var early = store.Another(AsRole);
        var unavailable = (await early.Journal.ReadAsync()).Unavailable;
        Assert.Contains("the role lacks a right (42501: permission denied for database", unavailable, StringComparison.Ordinal);

        await store.Journal.ReadAsync();
        await store.SqlAsync($"grant usage on schema $s to {role}; grant select, insert, update, delete on all tables in schema $s to {role}");
        await using var late = store.Another(AsRole);
        Assert.Equal(JournalWriteStatus.Written, (await late.Journal.WriteAsync(Given.Record(1).Version(1), Given.Rule.ToString())).Status);
        Assert.Equal(JournalWriteStatus.Written, (await late.Journal.PauseAsync(isPause: true)).Status);
        Assert.Null((await early.Journal.ReadAsync()).Unavailable);
    }

    [Fact]
    public async Task A_schema_that_was_dropped_begins_anew_so_that_what_was_before_is_not_taken_for_unknown()
    {
        await using var store = new Store(server.ConnectionString);
        await store.Journal.WriteAsync(Given.Record(1).Version(1));
        await store.SqlAsync("drop schema $s cascade");
        Assert.Contains("42P01", (await store.Journal.ReadAsync()).Unavailable, StringComparison.Ordinal);
        store.Time.Advance(TimeSpan.FromHours(1));
        var state = await store.Journal.ReadAsync();
        Assert.Equal(Store.Start + NodaTime.Duration.FromHours(1), state.Began);
        Assert.Empty(state.Rollbacks);
    }

    [Fact]
    public async Task A_server_that_may_lose_its_last_commits_keeps_ours()
    {
        await using var store = new Store(server.ConnectionString, configure: o => o.ConnectionString += ";Options=-c synchronous_commit=off");
        await store.Journal.ReadAsync();
        var set = await store.Database.CallAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                using var write = WriteStatement.Of(store.Options.Schema, new JournalWriteRequest { Record = Given.Record(1).Version(1) });
                write.Connection = connection;
                await write.ExecuteNonQueryAsync(token);
                using var show = new NpgsqlCommand("show synchronous_commit", connection);
                return (string?)await show.ExecuteScalarAsync(token);
            },
            why => why,
            TestContext.Current.CancellationToken);
        Assert.Equal("on", set);
    }
}
