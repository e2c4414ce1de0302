using System.Collections.Immutable;
using SloRollback.Services;

namespace SloRollback.Hosting.Configuration;

/// <summary>Reads which other monitored services a service calls, as keys or as one text.</summary>
internal static class DependencyReader
{
    public static ImmutableArray<ServiceId> Read(ServiceDraft service, ServiceCatalogue catalogue)
    {
        if (service.Node.Child("DependsOn") is not { } node)
            return [];

        var references = node.IsObject()
            ? node.Children.Where(IsKey).Select(child => (Name: child.Key, child.Path))
            : node.Children.IsEmpty ? node.Text!.Split(',').Select(text => (Name: text.Trim(), node.Path)) : [];
        return [.. references.Select(r => Find(r.Name, r.Path, service, catalogue)).OfType<ServiceId>().Distinct()];
    }

    private static bool IsKey(ConfigurationNode child)
    {
        if (string.IsNullOrWhiteSpace(child.Text) && child.Children.IsEmpty)
            return true;

        if (child.Children.IsEmpty)
            child.Fault($"\"{child.Text}\" is a single value; services are keys, which files can add to: {{ \"{NameIn(child)}\": {{}} }}");
        foreach (var key in child.Children)
            key.Fault("is not known here; a service takes no keys in DependsOn");
        return false;
    }

    private static string NameIn(ConfigurationNode child) => child.Key is [>= '0' and <= '9', ..] ? child.Text! : child.Key;

    private static ServiceId? Find(string reference, string path, ServiceDraft service, ServiceCatalogue catalogue)
    {
        if (ServiceCatalogue.PartsOf(reference) is not { Length: 1 or 2 } parts)
        {
            service.Node.Log.Fault(path, $"\"{reference}\" is not a service; examples: payments, payments/production");
            return null;
        }

        if (catalogue.Find(parts, service, path) is not { } found)
            return null;
        if (found.Id != service.Id)
            return found.Id;

        service.Node.Log.Fault(path, $"\"{reference}\" is the service itself");
        return null;
    }
}
