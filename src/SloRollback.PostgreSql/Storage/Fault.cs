using System.Data.Common;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Npgsql;

namespace SloRollback.PostgreSql.Storage;

/// <summary>What can go wrong with a server, in words for people. None holds the connection string or a value that was written.</summary>
internal static class Fault
{
    /// <summary>Is it the world's fault? What is not is a bug.</summary>
    public static bool IsExpected(Exception e) =>
        e is DbException or OperationCanceledException or TimeoutException or IOException or SocketException or AuthenticationException
            or JsonException or UnusableSchemaException or ArgumentException;

    /// <summary>Did a connection break that may have lain idle, so that the same question on another one may be answered?</summary>
    public static bool IsBrokenConnection(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown }
        || (e is NpgsqlException and not PostgresException && e.InnerException is IOException);

    /// <summary>Did the server give the whole transaction up for the sake of another one?</summary>
    public static bool IsRolledBack(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>Were tables or the schema taken away under our feet?</summary>
    public static bool IsGone(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn };

    public static string Explain(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } p => $"it takes no writes now, it is read-only ({Words(p)})",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } p => $"it has no connection to spare ({Words(p)})",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } p => $"the role lacks a right ({Words(p)})",
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } p => $"it does not let us in ({Words(p)})",
        PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow } p => $"it takes no connections now ({Words(p)})",
        PostgresException p => Words(p),
        UnusableSchemaException => e.Message,
        JsonException => $"a record cannot be read: {e.Message}",
        OperationCanceledException or TimeoutException => "it did not answer in time",
        NpgsqlException { InnerException: TimeoutException } when !e.Message.Contains("pool", StringComparison.Ordinal) => "it did not answer in time",
        { InnerException: { } inner } when !e.Message.Contains(inner.Message, StringComparison.Ordinal) => $"{e.Message.TrimEnd('.')} ({inner.Message.TrimEnd('.')})",
        _ => e.Message.TrimEnd('.'),
    };

    private static string Words(PostgresException e) => $"{e.SqlState}: {e.MessageText}";
}
