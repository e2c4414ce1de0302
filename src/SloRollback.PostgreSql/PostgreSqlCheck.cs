namespace SloRollback.PostgreSql;

/// <summary>The check of the options at start. Whether the server can be reached is told by <see cref="Storage.OpeningService"/>.</summary>
/// <param name="readOptions">Reads the options; throws what is wrong with them.</param>
internal sealed class PostgreSqlCheck(Func<PostgreSqlOptions> readOptions) : IConfigurationCheck
{
    public const string Section = "SloRollback:PostgreSql";

    public void Check(ConfigurationCheckContext context) => OptionsCheck.Run(context, Section, () => readOptions());
}
