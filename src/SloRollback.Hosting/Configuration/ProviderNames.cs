using System.Collections.Immutable;

namespace SloRollback.Hosting.Configuration;

/// <summary>The registered providers by kind, and what a reference to one resolves to.</summary>
internal sealed class ProviderNames
{
    private readonly ImmutableArray<ProviderRegistration> registrations;

    public ProviderNames(IEnumerable<ProviderRegistration> registrations) => this.registrations = [.. registrations.Distinct()];

    public ImmutableArray<string> Of(ProviderKind kind) =>
        [.. registrations.Where(r => r.Kind == kind).Select(r => r.Name).Order(StringComparer.Ordinal)];

    /// <summary>The names of root sections that belong to providers: each answers for its own.</summary>
    public IEnumerable<string> Sections => registrations.Select(r => r.Section).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The registered spelling of a name; without a name the only provider of the kind. Anything else is reported, except that
    /// no metric source at all is one fault of the whole configuration and not one of every objective.
    /// </summary>
    public string? Resolve(ProviderKind kind, string? name, string path, ReadLog log)
    {
        var known = Of(kind);
        if (name is not null && known.FirstOrDefault(k => string.Equals(k, name, StringComparison.OrdinalIgnoreCase)) is { } match)
            return match;
        if (name is null && known.Length == 1)
            return known[0];
        if (kind == ProviderKind.MetricSource && known.IsEmpty)
            return null;

        var answer = known.IsEmpty ? $"no {Describe(kind)} is" : $"{Suggestion(name, known)}known: {string.Join(", ", known)}";
        if (name is not null)
            log.Unregistered(path, $"\"{name}\" is not registered; {answer}");
        else if (known.IsEmpty)
            log.Unregistered(path, $"{answer} registered");
        else
            log.Unregistered(path, $"is missing, and more than one {Describe(kind)} is registered; {answer}");
        return null;
    }

    // With one candidate the list says it all.
    private static string Suggestion(string? name, ImmutableArray<string> known) =>
        name is not null && known.Length > 1 && Nearest.Find(name, known) is { } near ? $"did you mean \"{near}\"? " : "";

    private static string Describe(ProviderKind kind) => kind switch
    {
        ProviderKind.MetricSource => "metric source",
        ProviderKind.Deployments => "provider of deployments",
        ProviderKind.Notifier => "notifier",
        ProviderKind.Journal => "journal",
        _ => kind.ToString(),
    };
}
