using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads a value, or says what is wrong with the text.</summary>
internal delegate bool TryParse<T>(string? text, out T value, [NotNullWhen(false)] out string? fault);

/// <summary>
/// One place of the configuration tree. A member that is absent, one that is empty and one that is wrong are told apart: the first
/// takes its default, the others are reported with their path and read as <see langword="null"/>, and reading goes on.
/// </summary>
internal sealed class ConfigurationNode
{
    private readonly IConfigurationSection section;

    public ConfigurationNode(IConfigurationSection section, ReadLog log)
    {
        this.section = section;
        Log = log;
        Children = [.. section.GetChildren().Select(child => new ConfigurationNode(child, log))];
    }

    public string Key => section.Key;

    public string Path => section.Path;

    /// <summary>The value as written; <see langword="null"/> for a place with keys, for null, and for an empty object, which looks the same.</summary>
    public string? Text => section.Value;

    public ReadLog Log { get; }

    public ImmutableArray<ConfigurationNode> Children { get; }

    public string PathOf(string key) => ConfigurationPath.Combine(Path, key);

    public void Fault(string message) => Log.Fault(Path, message);

    public void Fault(string key, string message) => Log.Fault(PathOf(key), message);

    /// <summary>The member of that name, whatever its case; <see langword="null"/> when it is not written at all.</summary>
    public ConfigurationNode? Child(string key) =>
        Children.FirstOrDefault(child => string.Equals(child.Key, key, StringComparison.OrdinalIgnoreCase));

    /// <summary>Is the member left to its default: not written at all, or as null?</summary>
    public bool IsAbsent(string key) => Child(key) is null or { Text: null, Children.IsEmpty: true };

    /// <summary>Has the place keys, or nothing at all? One with keys and a value, which overlapping files can make, is reported.</summary>
    public bool IsObject()
    {
        if (string.IsNullOrWhiteSpace(Text))
            return true;
        if (!Children.IsEmpty)
            Fault($"is written both as \"{Text}\" and with keys: {string.Join(", ", Children.Select(child => child.Key))}");
        return false;
    }

    /// <summary>Reports a single value where keys belong, and every key that is not known.</summary>
    /// <returns>Whether the place has the shape of an object.</returns>
    public bool CheckKeys(KeySet known)
    {
        if (!IsObject())
        {
            if (Children.IsEmpty)
                Fault($"\"{Text}\" is a single value where keys belong: {string.Join(", ", known.Keys)}");
            return false;
        }

        foreach (var child in Children.Where(child => !known.Contains(child.Key)))
            child.Fault(Unknown(child.Key, known.Keys));
        return true;
    }

    /// <summary>The members of a place whose keys the user chooses; reports a single value there.</summary>
    public ImmutableArray<ConfigurationNode> Entries(string what)
    {
        if (!string.IsNullOrWhiteSpace(Text))
            Fault($"\"{Text}\" is a single value; write one key for each {what}");
        return Children;
    }

    /// <summary>The key as an id; <see langword="null"/> when it is reported as none.</summary>
    public string? Id()
    {
        if (Ids.FaultOf(Key) is not { } fault)
            return Key;

        Fault(fault);
        return null;
    }

    /// <summary>The text of a member, trimmed; <see langword="null"/> when it is absent or reported as wrong.</summary>
    public string? String(string key)
    {
        if (Child(key) is not { } child || !child.IsScalar())
            return null;

        var text = child.Text?.Trim();
        if (text is { Length: 0 })
            child.Fault("is empty; give it a value or leave it out");
        return string.IsNullOrEmpty(text) ? null : text;
    }

    /// <summary>A member's value; its default when it is absent, and <see langword="null"/> when it is reported as wrong.</summary>
    public T? Value<T>(string key, TryParse<T> parse, T? whenAbsent)
        where T : struct
    {
        if (IsAbsent(key))
            return whenAbsent;
        return Child(key) is { } child && child.IsScalar() ? child.Itself(parse) : null;
    }

    /// <summary>The value of the place itself; <see langword="null"/> when it is reported as wrong.</summary>
    public T? Itself<T>(TryParse<T> parse)
        where T : struct
    {
        if (parse(Text, out var value, out var fault))
            return value;

        Fault(fault);
        return null;
    }

    /// <summary>As <see cref="Value{T}"/>, for a member that must be written.</summary>
    public T? Required<T>(string key, TryParse<T> parse, string example)
        where T : struct
    {
        if (!IsAbsent(key))
            return Value(key, parse, null);

        Missing(key, example);
        return null;
    }

    /// <summary>As <see cref="String"/>, for a member that must be written.</summary>
    public string? RequiredString(string key, string example)
    {
        if (!IsAbsent(key))
            return String(key);

        Missing(key, example);
        return null;
    }

    public void Missing(string key, string example) => Fault(key, $"is missing; example: {example}");

    private static string Unknown(string key, ImmutableArray<string> known) =>
        Nearest.Find(key, known) is { } near
            ? $"is not known here; did you mean \"{near}\"?"
            : $"is not known here; known: {string.Join(", ", known)}";

    private bool IsScalar()
    {
        if (Children.IsEmpty)
            return true;

        Fault("takes a single value, not keys");
        return false;
    }
}
