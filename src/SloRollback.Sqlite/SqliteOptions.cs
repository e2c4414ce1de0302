using System.ComponentModel.DataAnnotations;

namespace SloRollback.Sqlite;

/// <summary>The file that keeps the journal. Bound from the section <c>SloRollback:Sqlite</c>; code comes after configuration.</summary>
public sealed class SqliteOptions
{
    /// <summary>
    /// The file, on a local disk; it is made with its directory when it is not there. Beside it lie <c>-wal</c> and <c>-shm</c>, which belong to
    /// it, and <c>.engine</c>, which keeps a second engine away.
    /// </summary>
    /// <value>Empty: it has to be set.</value>
    [Required(ErrorMessage = "It is not set; write one such as /var/lib/my-host/slorollback.db.")]
    public string Path { get; set; } = "";

    /// <summary>How long to wait for another process that writes, such as a tool. What takes longer has failed.</summary>
    /// <value>4 s. 1 s to 60 s.</value>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How long finished rollbacks, evidence and the audit log are kept.</summary>
    /// <value>400 days. 31 days to 10 years: the engine looks back 31 days.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(400);
}
