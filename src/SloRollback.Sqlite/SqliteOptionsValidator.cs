using Microsoft.Extensions.Options;

namespace SloRollback.Sqlite;

/// <summary>Checks each option by its attributes.</summary>
[OptionsValidator]
internal sealed partial class SqliteOptionsValidator : IValidateOptions<SqliteOptions>;

/// <summary>Checks what attributes cannot say.</summary>
internal sealed class SqliteOptionsRules : IValidateOptions<SqliteOptions>
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1), LongestTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestRetention = TimeSpan.FromDays(31), LongestRetention = TimeSpan.FromDays(3653);

    public ValidateOptionsResult Validate(string? name, SqliteOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.BusyTimeout < ShortestTimeout || options.BusyTimeout > LongestTimeout)
            result.AddError($"{options.BusyTimeout:c} is not between {ShortestTimeout:c} and {LongestTimeout:c}; write hours:minutes:seconds, such as 00:00:04.", nameof(options.BusyTimeout));
        if (options.Retention < ShortestRetention || options.Retention > LongestRetention)
            result.AddError($"{options.Retention:c} is not between 31 days and 10 years; write days.hours:minutes:seconds, such as 400.00:00:00.", nameof(options.Retention));
        if (options.Path is { Length: > 0 } path && (path.Contains(":memory:", StringComparison.OrdinalIgnoreCase) || path.Contains('\0') || Directory.Exists(path)))
            result.AddError($"{path} is not the name of a file.", nameof(options.Path));
        return result.Build();
    }
}
