using Microsoft.Data.Sqlite;
using NodaTime;
using SloRollback.Rollbacks;

namespace SloRollback.Sqlite.Tests;

/// <summary>What goes wrong with a file is a clear answer, never an action, and over when it is mended.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task A_full_disk_fails_the_write_and_recovers_by_itself()
    {
        await using var store = new Store();
        Assert.Equal(JournalWriteStatus.Written, (await store.WriteAsync(Store.Record(1))).Status);

        // SQLite's own limit gives the answer of a full disk.
        await using var small = new Store(store);
        small.File.Pragmas = "pragma max_page_count = 1";
        var result = await small.WriteAsync(Store.Record(2) with { Detail = new string('x', 1_000_000) });
        Assert.Equal((JournalWriteStatus.Failed, $"SQLite {store.Path}: the disk is full"), (result.Status, result.Detail));
        Assert.Equal([1], (await small.ReadAsync()).Rollbacks.Select(r => r.Version));

        small.File.Pragmas = "";
        Assert.Equal(JournalWriteStatus.Written, (await small.WriteAsync(Store.Record(2))).Status);
        Assert.Equal(2, (await store.ReadAsync()).Rollbacks.Length);
    }

    [Fact]
    public async Task A_read_only_file_fails_the_write_is_read_all_the_same_and_recovers_by_itself()
    {
        await using var store = new Store();
        await store.WriteAsync(Store.Record(1));

        await using var second = new Store(store);
        second.File.Pragmas = "pragma query_only = on";
        var result = await second.WriteAsync(Store.Record(2));
        Assert.Equal(JournalWriteStatus.Failed, result.Status);
        Assert.Contains("it cannot be written to", result.Detail, StringComparison.Ordinal);
        Assert.Single((await second.ReadAsync()).Rollbacks);

        second.File.Pragmas = "";
        Assert.Equal(JournalWriteStatus.Written, (await second.WriteAsync(Store.Record(2))).Status);
    }

    [Theory]
    [InlineData(0, "it is not a SQLite database")]
    [InlineData(4096, "it is damaged")]
    public async Task A_damaged_file_is_told_kept_and_never_written_over(int from, string said)
    {
        await using var store = new Store();
        await using (var before = new Store(store))
        {
            for (var i = 1; i <= 50; i++) await before.WriteAsync(Store.Record(i) with { Detail = new string('x', 2000) });
            await using var checkpoint = new SqliteConnection($"Data Source={store.Path};Pooling=False");
            checkpoint.Open();
            using var command = checkpoint.CreateCommand();
            command.CommandText = "pragma wal_checkpoint(truncate)";
            command.ExecuteNonQuery();
        }

        using (var file = File.OpenWrite(store.Path))
        {
            file.Position = from;
            file.Write([.. Enumerable.Repeat((byte)0x5A, (int)file.Length - from)]);
        }

        var damaged = await File.ReadAllBytesAsync(store.Path, TestContext.Current.CancellationToken);
        var written = await store.WriteAsync(Store.Record(99));
        Assert.Equal(JournalWriteStatus.Failed, written.Status);
        Assert.Contains(said, written.Detail, StringComparison.Ordinal);
        Assert.Contains(said, (await store.ReadAsync()).Unavailable, StringComparison.Ordinal);
        Assert.Equal(damaged, await File.ReadAllBytesAsync(store.Path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_that_another_process_keeps_locked_fails_the_write_in_time_and_recovers_by_itself()
    {
        await using var store = new Store(configure: o => o.BusyTimeout = TimeSpan.FromSeconds(1));
        await store.WriteAsync(Store.Record(1));
        await using (var other = new SqliteConnection($"Data Source={store.Path};Pooling=False"))
        {
            other.Open();
            await using var transaction = other.BeginTransaction(deferred: false);
            var result = await store.WriteAsync(Store.Record(2));
            Assert.Equal((JournalWriteStatus.Failed, $"SQLite {store.Path}: another process keeps it locked"), (result.Status, result.Detail));
            Assert.Single((await store.ReadAsync()).Rollbacks);
        }

        Assert.Equal(JournalWriteStatus.Written, (await store.WriteAsync(Store.Record(2))).Status);
    }

    [Fact]
    public async Task A_place_where_nothing_can_be_made_is_named()
    {
        await using var store = new Store(configure: o => o.Path = "/proc/self/none/journal.db");
        var result = await store.WriteAsync(Store.Record(1));
        Assert.Equal(JournalWriteStatus.Failed, result.Status);
        Assert.StartsWith("SQLite /proc/self/none/journal.db: ", result.Detail, StringComparison.Ordinal);
        Assert.NotNull((await store.ReadAsync()).Unavailable);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_both_versions()
    {
        await using var store = new Store();
        await store.WriteAsync(Store.Record(1));
        await using (var newer = new SqliteConnection($"Data Source={store.Path};Pooling=False"))
        {
            newer.Open();
            using var command = newer.CreateCommand();
            command.CommandText = "insert into schema_version values (7, 7)";
            command.ExecuteNonQuery();
        }

        await using var older = new Store(store);
        var result = await older.WriteAsync(Store.Record(2));
        Assert.Contains("its schema is of version 7, which this version of SloRollback does not know (it knows 1)", result.Detail, StringComparison.Ordinal);
        Assert.Equal(JournalWriteStatus.Failed, result.Status);
    }

    [Fact]
    public async Task A_newer_schema_that_says_it_can_be_shared_is_used()
    {
        await using var store = new Store();
        await store.WriteAsync(Store.Record(1));
        await using (var newer = new SqliteConnection($"Data Source={store.Path};Pooling=False"))
        {
            newer.Open();
            using var command = newer.CreateCommand();
            command.CommandText = "insert into schema_version values (2, 1)";
            command.ExecuteNonQuery();
        }

        await using var older = new Store(store);
        Assert.Equal(JournalWriteStatus.Written, (await older.WriteAsync(Store.Record(2))).Status);
    }

    [Fact]
    public async Task What_is_older_than_the_retention_goes_and_open_rollbacks_stay()
    {
        await using var store = new Store();
        await store.WriteAsync(Store.Record(1, RollbackState.Succeeded));
        await store.WriteAsync(Store.Record(2, RollbackState.Executing));
        await store.WriteAsync(Store.Record(3, RollbackState.Succeeded) with { ProposedAt = Store.Start + Duration.FromDays(2) });
        var old = new JournalWriteRequest
        {
            Entries = [new JournalEntry { At = Store.Start, Text = "old" }, new JournalEntry { At = Store.Start + Duration.FromDays(2), Text = "new" }],
            Evidence = [new EvidenceDocument { Id = "old", At = Store.Start, Json = "{}" }, new EvidenceDocument { Id = "new", At = Store.Start + Duration.FromDays(2), Json = "{}" }],
        };
        await store.Journal.WriteAsync(old, TestContext.Current.CancellationToken);
        await store.ReadAsync();

        store.Time.Advance(TimeSpan.FromDays(401));
        await store.ReadAsync();
        Assert.Equal([2, 3], (await store.ReadAsync()).Rollbacks.Select(r => Convert.ToInt32(r.Id.Value[3..], 16)));
        Assert.Equal(["new"], (await store.Journal.ListAsync(new JournalListRequest(), TestContext.Current.CancellationToken)).Value.Select(e => e.Text));
        Assert.Null((await store.Journal.ReadEvidenceAsync("old", TestContext.Current.CancellationToken)).Value);
        Assert.NotNull((await store.Journal.ReadEvidenceAsync("new", TestContext.Current.CancellationToken)).Value);
    }

    [Fact]
    public async Task One_bad_write_of_a_group_fails_none_of_its_neighbours()
    {
        await using var store = new Store();
        await store.WriteAsync(Store.Record(1));
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => store.WriteAsync(Store.Record(i % 2 == 0 ? 1 : 100 + i)))));
        Assert.All(results, (r, i) => Assert.Equal(i % 2 == 0 ? JournalWriteStatus.Conflict : JournalWriteStatus.Written, r.Status));
    }
}
