namespace SloRollback.Sqlite.Storage;

/// <summary>
/// Keeps a second engine away from the file: a file beside it that is held open, which the system lets go of when the process ends in whatever
/// way. Tools that only operate on the journal do not take it.
/// </summary>
internal sealed class EngineLock : IDisposable
{
    // Locks of files and shared memory cannot be relied on there.
    private static readonly string[] Remote = ["nfs", "cifs", "smb", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs"];

    private FileStream? held;

    /// <summary>Takes the lock. Idempotent.</summary>
    /// <param name="path">The journal's file.</param>
    /// <returns>What is wrong, for people; <see langword="null"/> when it is held.</returns>
    public string? Take(string path)
    {
        if (held is not null)
            return null;

        var name = Path.GetFullPath(path) + ".engine";
        try
        {
            var directory = Path.GetDirectoryName(name)!;
            Directory.CreateDirectory(directory);
            if (FormatOf(directory) is { } format && Remote.Any(r => format.StartsWith(r, StringComparison.OrdinalIgnoreCase)))
                return $"{path} is on a network file system ({format}); SQLite needs a local disk, replicas need PostgreSQL.";

            held = new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return null;
        }
        catch (IOException e) when (File.Exists(name) && e is not (PathTooLongException or DirectoryNotFoundException))
        {
            return $"{path} belongs to another engine that runs ({name} is locked). One engine per file: stop the other, name another file, or use PostgreSQL for replicas.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"{path} cannot be used: {e.Message}";
        }
    }

    public void Dispose() => held?.Dispose();

    private static string? FormatOf(string directory)
    {
        try
        {
            return new DriveInfo(directory).DriveFormat;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A system that does not tell is no reason to refuse.
            return null;
        }
    }
}
