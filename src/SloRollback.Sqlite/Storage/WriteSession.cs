using Microsoft.Data.Sqlite;

namespace SloRollback.Sqlite.Storage;

/// <summary>The writer's connection, with its statements prepared once. Used by one thread.</summary>
internal sealed class WriteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> commands = [];

    /// <summary>Begins a transaction that may write: whoever else wants to, in whatever process, waits.</summary>
    public void Begin() => Execute("begin immediate");

    public void Commit() => Execute("commit");

    /// <summary>Runs a statement.</summary>
    /// <param name="sql">The statement; its parameters are <c>$1</c>, <c>$2</c>, ….</param>
    /// <param name="values">Texts, whole numbers, or <see langword="null"/>.</param>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row; <see langword="null"/> when there is none.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <summary>The first column of all rows.</summary>
    public List<string> Texts(string sql)
    {
        using var reader = Bind(sql, []).ExecuteReader();
        var texts = new List<string>();
        while (reader.Read())
            texts.Add(reader.GetString(0));
        return texts;
    }

    public void Dispose()
    {
        foreach (var command in commands.Values)
            command.Dispose();
        connection.Dispose();
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter($"${i}", null));
            commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
