using Microsoft.Extensions.Options;
using Npgsql;

namespace SloRollback.PostgreSql;

/// <summary>Checks each option by its attributes.</summary>
[OptionsValidator]
internal sealed partial class PostgreSqlOptionsValidator : IValidateOptions<PostgreSqlOptions>;

/// <summary>Checks what attributes cannot say.</summary>
internal sealed class PostgreSqlOptionsRules : IValidateOptions<PostgreSqlOptions>
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1), LongestTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestRetention = TimeSpan.FromDays(31), LongestRetention = TimeSpan.FromDays(3653);

    public ValidateOptionsResult Validate(string? name, PostgreSqlOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.CommandTimeout < ShortestTimeout || options.CommandTimeout > LongestTimeout || options.CommandTimeout.Ticks % TimeSpan.TicksPerSecond != 0)
            result.AddError($"{options.CommandTimeout:c} is not whole seconds between {ShortestTimeout:c} and {LongestTimeout:c}; write hours:minutes:seconds, such as 00:00:04.", nameof(options.CommandTimeout));
        if (options.Retention < ShortestRetention || options.Retention > LongestRetention)
            result.AddError($"{options.Retention:c} is not between 31 days and 10 years; write days.hours:minutes:seconds, such as 400.00:00:00.", nameof(options.Retention));
        if (!string.IsNullOrWhiteSpace(options.ConnectionString) && Problem(options.ConnectionString) is { } problem)
            result.AddError(problem, nameof(options.ConnectionString));
        return result.Build();
    }

    // Never with Npgsql's own words: they repeat what they could not read, which may be the password.
    private static string? Problem(string connectionString)
    {
        try
        {
            var read = new NpgsqlConnectionStringBuilder(connectionString);
            return string.IsNullOrWhiteSpace(read.Host) ? "It names no host; write one such as Host=db;Database=ops;Username=slorollback." : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidCastException or KeyNotFoundException)
        {
            return "It cannot be read as a connection string of Npgsql: keyword=value pairs with semicolons between, such as Host=db;Database=ops;Username=slorollback.";
        }
    }
}
