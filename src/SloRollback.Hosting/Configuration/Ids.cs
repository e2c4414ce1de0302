namespace SloRollback.Hosting.Configuration;

/// <summary>What may name a service, an environment, an objective or a rule.</summary>
internal static class Ids
{
    /// <summary>
    /// What is wrong with an id, or <see langword="null"/>. Ids are joined by <c>/</c> in logs and by <c>:</c> in configuration paths,
    /// so neither may be part of one.
    /// </summary>
    public static string? FaultOf(string id)
    {
        if (string.IsNullOrWhiteSpace(id))
            return "an id must not be empty";
        if (id.Length != id.Trim().Length)
            return $"\"{id}\" begins or ends with a blank";
        return id.AsSpan().ContainsAny('/', ':') || id.Any(char.IsControl)
            ? $"\"{id}\" contains a \"/\", a \":\" or a control character"
            : null;
    }

    /// <exception cref="ArgumentException">The id cannot be one.</exception>
    public static void ThrowIfInvalid(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (FaultOf(id) is { } fault)
            throw new ArgumentException(fault, nameof(id));
    }
}
