using System.Collections.Immutable;
using SloRollback.Services;

namespace SloRollback.Hosting.Configuration;

/// <summary>All services of a host, found by the names that other services refer to them by.</summary>
internal sealed class ServiceCatalogue
{
    private readonly Dictionary<string, ServiceDraft> services = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool isComplete;

    /// <summary>Makes the catalogue, and reports services of the same name and environment.</summary>
    /// <param name="drafts">The services as far as they could be read.</param>
    /// <param name="isComplete">Were all of them read? Else one that is not found may be one of the others.</param>
    public ServiceCatalogue(ImmutableArray<ServiceDraft> drafts, bool isComplete)
    {
        this.isComplete = isComplete && drafts.All(draft => draft.Id is not null);
        foreach (var draft in drafts)
        {
            if (draft.Id is { } id && !services.TryAdd(id.ToString(), draft))
                draft.Node.Fault($"{id} is already defined in {services[id.ToString()].Node.Path}");
        }
    }

    /// <summary>Is it the one of its name and environment? A second one is reported.</summary>
    public bool Owns(ServiceDraft draft) => draft.Id is { } id && ReferenceEquals(services[id.ToString()], draft);

    /// <summary>
    /// The service that a reference means: by its name one of the same environment, by <c>name/environment</c> any.
    /// <see langword="null"/> when there is none, which is reported at the place of the reference, or when that cannot be told.
    /// </summary>
    public ServiceDraft? Find(ImmutableArray<string> reference, ServiceDraft from, string path)
    {
        if (from.Id is not { } own)
            return null;

        var id = new ServiceId(reference[0], reference.Length > 1 ? reference[1] : own.Environment);
        if (services.TryGetValue(id.ToString(), out var found))
            return found;
        if (!isComplete)
            return null;

        from.Node.Log.Unregistered(path, Unknown(id, own));
        return null;
    }

    /// <summary>The parts of a reference, of which there is at least one; none of them is empty.</summary>
    public static ImmutableArray<string>? PartsOf(string reference)
    {
        ImmutableArray<string> parts = [.. reference.Split('/').Select(part => part.Trim())];
        return parts.Any(string.IsNullOrEmpty) ? null : parts;
    }

    private string Unknown(ServiceId id, ServiceId own)
    {
        var others = services.Values.Select(service => service.Id!.Value).Where(other => other != own);
        string[] known = [.. others.Select(other => Written(other, own)).Order(StringComparer.OrdinalIgnoreCase)];
        var suggestion = known.Length > 1 && Nearest.Find(Written(id, own), known) is { } near ? $"did you mean \"{near}\"? " : "";
        var list = known.Length == 0 ? "there is no other" : $"known: {string.Join(", ", known)}";
        return $"\"{Written(id, own)}\" is not a monitored service; {suggestion}{list}";
    }

    private static string Written(ServiceId id, ServiceId own) =>
        string.Equals(id.Environment, own.Environment, StringComparison.OrdinalIgnoreCase) ? id.Name : id.ToString();
}
