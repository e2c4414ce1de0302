using SloRollback.PostgreSql.Tests.Support;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace SloRollback.PostgreSql.Tests.Support;

/// <summary>
/// The server of the tests that do not harm it: the one that <c>SLOROLLBACK_TEST_POSTGRES</c> names by a connection string, else one of
/// our own. Each test has a schema of its own.
/// </summary>
public sealed class SharedServer : IAsyncLifetime
{
    private PostgreSqlServer? own;
    private string? named;

    /// <summary>Where it is; skips the test when there is none.</summary>
    public string ConnectionString
    {
        get
        {
            Assert.SkipWhen(named is null && own is null, PostgreSqlServer.SkipReason);
            return named ?? own!.ConnectionString;
        }
    }

    public async ValueTask InitializeAsync()
    {
        named = Environment.GetEnvironmentVariable("SLOROLLBACK_TEST_POSTGRES") is { Length: > 0 } text ? text : null;
        if (named is null && PostgreSqlServer.FindBinaries() is not null)
            own = await PostgreSqlServer.StartAsync("max_connections=200");
    }

    public async ValueTask DisposeAsync()
    {
        if (own is not null)
            await own.DisposeAsync();
    }
}
