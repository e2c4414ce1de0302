using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace SloRollback.Hosting.Configuration;

/// <summary>Writes keys below one path, as a configuration file would hold them.</summary>
internal sealed class KeyWriter
{
    private readonly Dictionary<string, string?> keys;
    private readonly List<string> writtenTwice;
    private readonly string path;

    /// <param name="keys">Where the keys go.</param>
    /// <param name="writtenTwice">Where the paths of entries go that were there already.</param>
    /// <param name="path">The place.</param>
    public KeyWriter(Dictionary<string, string?> keys, List<string> writtenTwice, string path)
    {
        this.keys = keys;
        this.writtenTwice = writtenTwice;
        this.path = path;

        // A place without members is written too, as an empty object is.
        keys.TryAdd(path, null);
    }

    public KeyWriter At(string key) => new(keys, writtenTwice, PathOf(key));

    /// <summary>A new entry with an id. A second one of the same id is noted as a mistake, and what it holds is dropped.</summary>
    /// <exception cref="ArgumentException">The id cannot be one.</exception>
    public KeyWriter NewAt(string id)
    {
        Ids.ThrowIfInvalid(id);
        return New(id);
    }

    /// <summary>As <see cref="NewAt"/>, for an entry whose key refers to something, as <c>checkout/availability</c> does.</summary>
    /// <exception cref="ArgumentException">The reference is empty or holds <c>:</c>.</exception>
    public KeyWriter NewReferenceAt(string reference)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reference);
        if (reference.Contains(':', StringComparison.Ordinal))
            throw new ArgumentException($"\"{reference}\" contains a \":\"", nameof(reference));
        return New(reference.Trim());
    }

    /// <summary>Writes the place itself, as a single value.</summary>
    public void SetItself(string value) => keys[path] = value;

    public void Set(string key, string value) => keys[PathOf(key)] = value;

    public void Set(string key, decimal value) => Set(key, value.ToString(CultureInfo.InvariantCulture));

    public void Set(string key, long value) => Set(key, value.ToString(CultureInfo.InvariantCulture));

    public void Set(string key, bool value) => Set(key, value ? "true" : "false");

    /// <summary>Writes a text unless it is absent.</summary>
    public void SetOptional(string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            Set(key, value);
    }

    private KeyWriter New(string key)
    {
        if (!keys.ContainsKey(PathOf(key)))
            return At(key);

        writtenTwice.Add(PathOf(key));
        return new KeyWriter([], [], key);
    }

    private string PathOf(string key) => ConfigurationPath.Combine(path, key);
}
