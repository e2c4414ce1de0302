using Npgsql;

namespace SloRollback.PostgreSql.Rollbacks;

/// <summary>Numbers the parameters of a statement as they are needed.</summary>
internal sealed class SqlParameters
{
    private readonly List<NpgsqlParameter> values = [];

    /// <summary>Adds a value; the answer is its place in the statement.</summary>
    public string Add<T>(T value)
    {
        values.Add(new NpgsqlParameter<T> { TypedValue = value });
        return $"${values.Count}";
    }

    public NpgsqlCommand Command(string sql)
    {
        var command = new NpgsqlCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(value);
        return command;
    }
}
