using Microsoft.Extensions.Configuration;
using SloRollback.Services;

namespace SloRollback.Hosting.Configuration;

/// <summary>
/// A service that is defined in code: the keys that a file would hold, so that one reader gives both the same paths, checks and
/// messages. Its key is <c>name/environment</c>.
/// </summary>
internal sealed class CodeService
{
    // Keys are kept below a fixed path and moved to the root section's when that is known.
    private const string Root = "root";

    private readonly Dictionary<string, string?> keys = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> writtenTwice = [];

    /// <exception cref="ArgumentException">The name or the environment cannot be one.</exception>
    public CodeService(string name, string environment)
    {
        Ids.ThrowIfInvalid(name);
        Ids.ThrowIfInvalid(environment);
        Key = new ServiceId(name, environment).ToString();
        Keys = new KeyWriter(keys, writtenTwice, Root);
        Keys.Set("Name", name);
        Keys.Set("Environment", environment);
    }

    public string Key { get; }

    public KeyWriter Keys { get; }

    /// <summary>The service below the path of all services, and what went wrong when it was written.</summary>
    public ConfigurationNode Open(string servicesPath, ReadLog log)
    {
        var path = ConfigurationPath.Combine(servicesPath, Key);
        foreach (var written in writtenTwice)
            log.Fault(Move(written, path), "is defined twice in code");

        var moved = keys.Select(pair => KeyValuePair.Create(Move(pair.Key, path), pair.Value));
        return new ConfigurationNode(new ConfigurationBuilder().AddInMemoryCollection(moved).Build().GetSection(path), log);
    }

    private static string Move(string key, string path) => path + key[Root.Length..];
}
