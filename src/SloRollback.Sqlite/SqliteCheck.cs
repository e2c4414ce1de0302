using SloRollback.Sqlite.Storage;

namespace SloRollback.Sqlite;

/// <summary>The check at start: the options, a local disk, and that no other engine has the file.</summary>
/// <param name="readOptions">Reads the options; throws what is wrong with them.</param>
/// <param name="engine">The lock, held from here on.</param>
internal sealed class SqliteCheck(Func<SqliteOptions> readOptions, EngineLock engine) : IConfigurationCheck
{
    public const string Section = "SloRollback:Sqlite";

    public void Check(ConfigurationCheckContext context)
    {
        SqliteOptions? options = null;
        OptionsCheck.Run(context, Section, () => options = readOptions());
        if (options is not null && engine.Take(options.Path) is { } problem)
            context.Report($"{Section}:{nameof(options.Path)}", problem);
    }
}
