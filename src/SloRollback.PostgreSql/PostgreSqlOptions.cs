using System.ComponentModel.DataAnnotations;

namespace SloRollback.PostgreSql;

/// <summary>
/// The database that the replicas of a host share. Bound from the section <c>SloRollback:PostgreSql</c>; code comes after configuration.
/// </summary>
public sealed class PostgreSqlOptions
{
    /// <summary>
    /// Where the database is and who we are there, as Npgsql reads it: <c>Host=db;Database=ops;Username=slorollback;Password=…</c>. Its
    /// time-outs are those of <see cref="CommandTimeout"/>. Never logged.
    /// </summary>
    /// <value>Empty: it has to be set.</value>
    [Required(ErrorMessage = "It is not set; write one such as Host=db;Database=ops;Username=slorollback.")]
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// The schema that holds our tables, and nothing else. It is made when it is not there and the role may make it. Hosts that share it
    /// share their rollbacks, cooldowns and kill switch.
    /// </summary>
    /// <value><c>slorollback</c>. Lower-case letters, digits and underscores; up to 63, no digit first.</value>
    [Required]
    [RegularExpression("^[a-z_][a-z0-9_]{0,62}$", ErrorMessage = "It is not a plain name: lower-case letters, digits and underscores, up to 63, no digit first.", MatchTimeoutInMilliseconds = 1000)]
    public string Schema { get; set; } = "slorollback";

    /// <summary>How long to wait for a connection, and then for an answer. What takes longer has failed.</summary>
    /// <value>4 s. 1 s to 60 s, in whole seconds; the engine gives up a read after 10 s in all.</value>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How long finished rollbacks, and the audit of all writes, are kept.</summary>
    /// <value>400 days. 31 days to 10 years: the engine looks back 31 days.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(400);

    /// <summary>
    /// The name of the lease, where <c>AddPostgreSqlLease</c> is called. Hosts that share it are replicas of one another: hosts with other
    /// services need another name.
    /// </summary>
    /// <value><c>slorollback</c>. 1 to 200 characters.</value>
    [Required]
    [StringLength(200, MinimumLength = 1)]
    public string LeaseName { get; set; } = "slorollback";
}
